import type { OperatorCommand } from "@labloop/contracts";
import { describe, expect, test } from "vitest";
import { forgetfulLab } from "../support/forgetful-lab.ts";
import { privateFolder } from "../support/private-folder.ts";
import { readCommands, settledBy } from "../support/read-commands.ts";
import { printersAtWork, readWorld } from "../support/read-folder.ts";
import { openVirtualLab, type VirtualLab } from "../support/virtual-lab.ts";

const by = { kind: "operator", name: "Ada" } as const;
const raise: OperatorCommand = { type: "estop.raise", by, reason: "smoke" };
const clear: OperatorCommand = { type: "estop.clear", by, reason: "it was toast" };
const resume: OperatorCommand = { type: "campaign.resume", by };

const hour = 3_600_000;
/** Some for every printer before the stop, and as many after it. */
const experiments = 20;
const devices = ["arm", "balance", "printer-1", "printer-2", "printer-3", "printer-4", "printer-5", "tester"];

/** A campaign with printers at work and the arm so long into its n-th transfer, which grips after 15 s and lets go after 30. */
async function midMove(data: string, seed: number, nth: number, afterMs: number): Promise<VirtualLab> {
  const { campaign } = forgetfulLab(privateFolder(), { devices: [], experiments });
  const lab = await openVirtualLab(data, seed, { file: campaign });
  const transfers = () => lab.events("step.intended").filter(({ op }) => op === "transfer");
  const started = () => new Set(lab.events("step.started").map(({ commandId }) => commandId));
  await lab.until(() => started().has(transfers()[nth - 1]?.commandId ?? ""));
  await lab.pass(afterMs);
  expect(printersAtWork(readWorld(data), lab.clock.now()).length).toBeGreaterThanOrEqual(3);
  return lab;
}

/** Raises the stop and proves that within 100 ms of link time everything stands, and stays so for an hour. */
async function stopsAtOnce(lab: VirtualLab, data: string): Promise<void> {
  const { length: acts } = lab.world.actuations();
  expect(lab.engine.submit(raise)).toMatchObject({ ok: true });
  await lab.pass(100);
  const answers = lab.events("estop.acknowledged");
  expect(answers.map(({ device }) => device).sort()).toEqual(devices);
  for (const { tookMs } of answers) expect(tookMs).toBeLessThanOrEqual(100);
  expect(printersAtWork(readWorld(data), lab.clock.now())).toEqual([]);
  // The arm may read its switches, with programs that move nothing: that is how the end of the move is found out.
  const { run } = readWorld(data).memories["arm"] as { run: { program: string } | null };
  expect(run?.program ?? "see-nothing.urp").toMatch(/^see-/);

  await lab.pass(hour);
  expect(lab.world.actuations()).toHaveLength(acts);
  expect(lab.events("estop.unanswered")).toEqual([]);
  // S3: no command is left open; each has an end, or is in doubt.
  const commands = readCommands([...lab.journal.read()]);
  expect(commands.filter(({ endings, doubts }) => endings.length + doubts === 0)).toEqual([]);
}

/** Clears the stop: nothing moves for another hour, then a person lets the campaign go on. */
async function clearsAndResumes(lab: VirtualLab): Promise<void> {
  const { length: acts } = lab.world.actuations();
  expect(lab.engine.submit(resume)).toMatchObject({ ok: false });
  expect(lab.engine.submit(clear)).toMatchObject({ ok: true });
  await lab.pass(hour);
  expect(lab.world.actuations()).toHaveLength(acts);
  expect(
    lab
      .events("device.reconciled")
      .slice(-devices.length)
      .map(({ device }) => device)
      .sort(),
  ).toEqual(devices);
  expect(
    lab
      .events("device.reconciled")
      .slice(-devices.length)
      .map(({ fence }) => fence),
  ).toEqual(devices.map(() => lab.journal.lease.epoch));
  expect(lab.engine.submit(resume)).toMatchObject({ ok: true });
}

/** A person sees the part where it stood, says so, and brings the arm to where its programs begin: the stop has left no other doubt. */
async function personFreesTheArm(lab: VirtualLab): Promise<void> {
  const doubts = lab.events("step.doubted");
  expect(doubts).toHaveLength(1);
  const [{ commandId }] = doubts as [(typeof doubts)[number]];
  expect(lab.events("step.intended").find((step) => step.commandId === commandId)).toMatchObject({ device: "arm" });
  const signed = { by, reason: "the part stands where it stood, the arm is home" };
  expect(lab.engine.submit({ type: "doubt.resolve", commandId, as: "not-executed", ...signed })).toMatchObject({
    ok: true,
  });
}

/** The campaign reaches its goal; what was broken off was carried away, and nothing was done twice or damaged. */
async function reachesItsGoal(lab: VirtualLab, data: string, brokenOff: number): Promise<void> {
  await lab.until(() => lab.end() !== null);
  expect(lab.end()?.kind).toBe("ended");
  expect(lab.events("campaign.finished")).toMatchObject([{ experiments }]);
  const { damages, parts } = readWorld(data);
  expect(damages).toEqual([]);
  expect(parts.every(({ place }) => place === "bin")).toBe(true);
  expect(parts.filter(({ isCrushed }) => !isCrushed)).toHaveLength(brokenOff);
  const commands = readCommands([...lab.journal.read()]);
  const moved = commands.filter(({ op, endings }) => {
    const end = endings[0]?.event;
    if (op === "weigh" || end === undefined || end.type === "step.notExecuted") return false;
    return end.type === "step.succeeded" || end.physical !== "none";
  });
  // A transfer that was stopped before its grip was set off, and moved nothing: nobody but a person can tell.
  const inVain = commands.filter(({ op, doubts }) => op === "transfer" && doubts > 0).length;
  expect(lab.world.actuations()).toHaveLength(moved.length + inVain);
  expect(commands.filter((command) => settledBy(command) === null)).toEqual([]);
}

describe("an E-STOP in the middle of prints and of a move", () => {
  test("S1–S5: all devices stop within 100 ms, nothing moves until a person resumes, and the campaign reaches its goal", async () => {
    const data = privateFolder();
    const lab = await midMove(data, 7, 2, 10_000);
    const atWork = printersAtWork(readWorld(data), lab.clock.now()).length;
    await stopsAtOnce(lab, data);
    await clearsAndResumes(lab);
    await personFreesTheArm(lab);
    await reachesItsGoal(lab, data, atWork);
    await lab.close();
  });

  test("S2: labloop dies while it stands, the broker forgets it, and it stands all the same", async () => {
    const data = privateFolder();
    const lab = await midMove(data, 8, 1, 5_000);
    const atWork = printersAtWork(readWorld(data), lab.clock.now()).length;
    await stopsAtOnce(lab, data);
    const { length: acts } = lab.world.actuations();
    lab.kill();
    await lab.boot();
    await lab.pass(hour);
    expect(lab.world.actuations()).toHaveLength(acts);
    expect(lab.engine.state().estop).toMatchObject({ stopId: 1, isActive: true });
    expect(lab.engine.state().campaign?.chart.value).toBe("paused");
    await clearsAndResumes(lab);
    await personFreesTheArm(lab);
    await reachesItsGoal(lab, data, atWork);
    await lab.close();
  });

  test("S2: killed in the moment of the stop, drivers stop their instruments when they are back", async () => {
    const data = privateFolder();
    const lab = await midMove(data, 9, 1, 5_000);
    const { length: acts } = lab.world.actuations();
    expect(lab.engine.submit(raise)).toMatchObject({ ok: true });
    lab.kill();
    await lab.boot();
    await lab.pass(10_000);
    expect(printersAtWork(readWorld(data), lab.clock.now())).toEqual([]);
    expect(new Set(lab.events("estop.acknowledged").map(({ device }) => device))).toEqual(new Set(devices));
    await lab.pass(hour);
    expect(lab.world.actuations()).toHaveLength(acts);
    await lab.close();
  });

  test("S3: with the part in the gripper the move is in doubt, and the arm waits for a person", async () => {
    const data = privateFolder();
    const lab = await midMove(data, 7, 1, 20_000);
    await stopsAtOnce(lab, data);
    const [doubt] = lab.events("step.doubted");
    await clearsAndResumes(lab);
    const { length: moves } = lab.world.actuations().filter(({ verb }) => verb === "move");
    await lab.until(() => lab.end() !== null);
    expect(lab.end()).toMatchObject({ kind: "stuck", reasons: [expect.stringContaining(doubt?.commandId ?? "none")] });
    expect(lab.world.actuations().filter(({ verb }) => verb === "move")).toHaveLength(moves);
    expect(lab.world.damages()).toEqual([]);
    await lab.close();
  });
});
