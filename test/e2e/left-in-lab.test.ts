import { join } from "node:path";
import { expect, test } from "vitest";
import { doubtfulCampaign } from "../support/doubtful-campaign.ts";
import { demoLab, labloop, launch } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";

interface Line {
  readonly type: string;
  readonly device?: string;
  readonly epoch?: number;
}

const devicesOf = (lines: readonly string[], type: string) =>
  lines.map((line) => JSON.parse(line) as Line).flatMap((line) => (line.type === type ? (line.device ?? []) : []));

test("§11: in a real lab a device that another campaign has left in doubt is refused by name until a person has released it", async () => {
  const folder = privateFolder();
  const world = launch(["world", demoLab, "--data", join(folder, "world"), "--scale", "4000", "--json"]);
  const [opened = ""] = await world.until((lines) => lines.length > 0);
  const { wires } = JSON.parse(opened) as { wires: Record<string, string> };
  const { campaign } = doubtfulCampaign(join(folder, "files"), 6, wires);
  const dataOf = (name: string) => join(folder, "campaigns", name);
  // Together, so that what kills a driver kills the engine too.
  const together = ["--isolation", "none"];
  const args = (name: string) => ["run", campaign, "--seed", "7", "--json", "--data", dataOf(name), ...together];

  // Killed in the moment in which its first print has begun, and never taken up again.
  const first = await labloop(args("a"));
  expect(first).toMatchObject({ signal: "SIGKILL" });
  const left = new Set(devicesOf(first.stdout.split("\n").filter(Boolean), "step.intended"));
  expect(left).toContain("printer-1");

  const begin = () => launch([...args("b"), "--port", "0", "--wait"]);
  const second = begin();
  await second.said((stderr) => stderr.includes("dashboard http:"));
  const lines = await second.until((all) => devicesOf(all, "device.reconciled").length >= 3);
  expect(new Set(devicesOf(lines, "device.quarantined"))).toEqual(left);
  expect(lines.join("\n")).toContain(`campaign crossed-barrel in ${dataOf("a")} has left it so: print of its run 1`);
  // §9: epochs are the lab's: what the first has sent is fenced.
  expect(lines.map((line) => JSON.parse(line) as Line).find(({ type }) => type === "engine.started")?.epoch).toBe(2);
  const listed = await labloop(["doubt", "list", dataOf("b")]);
  expect(listed.stdout).toContain(`labloop device release printer-1 ${dataOf("b")} --by NAME --reason TEXT`);

  const release = ["device", "release", "printer-1", dataOf("b"), "--by", "Ada", "--reason", "the plate is empty"];
  expect(await labloop(release)).toMatchObject({ code: 0 });
  const later = await second.until((all) => devicesOf(all, "step.intended").includes("printer-1"));
  for (const device of devicesOf(later, "step.intended"))
    expect(device === "printer-1" || !left.has(device)).toBe(true);
  second.signal("SIGKILL");
  await second.ended;

  // The release stands in the journal: what the other campaign has left is not held against printer-1 once more.
  const again = begin();
  const resumed = await again.until((all) => devicesOf(all, "device.reconciled").length >= 3);
  expect(devicesOf(resumed, "device.quarantined")).toEqual([]);
  again.signal("SIGKILL");
  await again.ended;
  world.signal("SIGTERM");
  expect(await world.ended).toMatchObject({ code: 0 });
});
