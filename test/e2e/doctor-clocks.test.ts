import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openBroker } from "@labloop/broker";
import { expect, test } from "vitest";
import { driverText, writeLab } from "../../packages/cli/test/drivers/trouble.ts";
import { jsonLines, labloop, launch, root } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";

const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const preload = join(root, "test/support/clock-ahead.ts");

test("doctor names the drivers whose machines' clocks are off from a running engine's, by how much and which way", async () => {
  const folder = privateFolder();
  const lab = writeLab(folder, {
    mixer: driverText({ lastsMs: 60_000 }),
    fast: driverText({ capability: "oven" }),
    slow: driverText({ capability: "oven" }),
  });
  for (const name of ["protocol.yaml", "candidates.csv", "campaign.yaml"]) {
    const text = readFileSync(join(root, "test/bench/instant-lab", name), "utf8");
    writeFileSync(join(folder, name), text);
  }
  const broker = await openBroker({ lab: "bench", log });
  const at = ["--broker", broker.url, "--data", join(folder, "data")];
  const host = async (device: string, aheadMs: number) => {
    const env = { LABLOOP_TEST_AHEAD_MS: String(aheadMs) };
    const args = ["host", lab, "--devices", device, ...at, "--isolation", "none", "--json"];
    await launch(args, { preload, env }).until((lines) => lines.length > 0);
  };
  await Promise.all([host("mixer", 0), host("fast", 7_000), host("slow", -7_000)]);
  const run = launch(["run", join(folder, "campaign.yaml"), "--no-devices", "--json", ...at]);
  const born = (line: string) => line.includes('"device.born"');
  await run.until((lines) => lines.filter(born).length >= 3);

  const { stdout } = await labloop(["doctor", lab, ...at, "--json"]);
  const [said] = jsonLines(stdout) as unknown as { findings: { about: string; code: string; what: string }[] }[];
  const clockOf = (device: string) =>
    said?.findings.find(({ about, code }) => about === `device ${device}` && code.startsWith("clock."));
  const ms = (device: string) => Number(/clock is (\d+) ms/.exec(clockOf(device)?.what ?? "")?.[1]);
  expect(clockOf("mixer")).toMatchObject({ code: "clock.close" });
  expect(clockOf("fast")).toMatchObject({ code: "clock.skew", what: expect.stringContaining("ahead of the engine's") });
  expect(clockOf("slow")).toMatchObject({ code: "clock.skew", what: expect.stringContaining("behind the engine's") });
  // What a heartbeat needs to get there counts for the device: 1 s is a busy machine's.
  for (const device of ["fast", "slow"]) expect(Math.abs(ms(device) - 7_000)).toBeLessThan(1_000);
  await broker.close();
});
