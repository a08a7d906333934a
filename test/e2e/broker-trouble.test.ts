import { expect, test } from "vitest";
import { demoCampaign, jsonLines, launch } from "../support/launch.ts";
import { openMosquitto, whyNoMosquitto } from "../support/mosquitto.ts";
import { privateFolder } from "../support/private-folder.ts";
import { readWorld } from "../support/read-folder.ts";

const observations = (lines: readonly string[]) => lines.filter((line) => line.includes('"observation"')).length;

test("on a real Mosquitto that is down at first, killed on the way and back again, the campaign waits, says so, and ends with 60", async ({
  skip,
}) => {
  const why = whyNoMosquitto();
  if (why !== null) skip(why);
  const data = privateFolder();
  // A port that is free now; nobody listens there yet.
  const probe = await openMosquitto();
  await probe.close();
  const run = launch(
    ["run", demoCampaign, "--seed", "11", "--scale", "4000", "--json", "--data", data, "--broker", probe.url],
    { env: { LABLOOP_LOG: "info" } },
  );
  await run.said((stderr) => stderr.includes(probe.url) && stderr.includes("ECONNREFUSED"));

  const first = await openMosquitto(probe.port);
  await run.until((lines) => observations(lines) >= 10);
  await first.kill();
  await run.said((stderr) =>
    /eng-main.*no link to the broker/.test(stderr.slice(stderr.lastIndexOf("connected to the broker"))),
  );
  const second = await openMosquitto(probe.port);
  const { code, stdout } = await run.ended;
  await second.close();

  expect(code).toBe(0);
  expect(jsonLines(stdout).at(-1)).toMatchObject({ type: "campaign.finished", experiments: 60 });
  const world = readWorld(data);
  expect(world.damages).toEqual([]);
  expect(world.acts.filter(({ verb }) => verb === "print")).toHaveLength(60);
});
