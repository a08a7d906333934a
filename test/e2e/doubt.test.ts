import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { DoubtView } from "@labloop/contracts";
import { expect, test } from "vitest";
import { audit } from "../support/auditor.ts";
import { doubtfulCampaign } from "../support/doubtful-campaign.ts";
import { type Ended, jsonLines, labloop, launch } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";
import { readEvents, readWorld } from "../support/read-folder.ts";

const jsonOf = ({ stdout }: Ended) => jsonLines(stdout)[0] ?? {};

/** A campaign with one print in doubt: killed in the moment of its start, and resumed until only a person can help. */
async function inDoubt() {
  const { campaign, data } = doubtfulCampaign(join(privateFolder(), "lab"), 6);
  const args = ["run", campaign, "--json", "--clock", "virtual", "--seed", "7", "--data", data];
  expect(await labloop(args)).toMatchObject({ code: null, signal: "SIGKILL" });
  const stuck = await labloop(args);
  expect(stuck.code).toBe(4);
  const listed = await labloop(["doubt", "list", data, "--json"]);
  expect(listed.code).toBe(0);
  const { doubts } = jsonOf(listed) as { doubts: DoubtView[] };
  expect(doubts).toHaveLength(1);
  return { args, data, stuck, doubt: doubts[0] as DoubtView };
}

/** The file that was to be printed. */
function fileOf(doubt: DoubtView | undefined): string {
  const file = doubt?.params["file"];
  if (typeof file !== "string") throw new Error("there is no print in doubt");
  return file;
}

const signed = ["--by", "Ada", "--reason", "the part stands on the plate"];

test("E5: doubt ends a headless run with exit code 4; a person says from the command line what was made, and the same command finishes", async () => {
  const { args, data, stuck, doubt } = await inDoubt();
  const { commandId } = doubt;
  expect(doubt).toMatchObject({ step: "print", device: "printer-1", op: "print", retryClass: "non-repeatable" });
  expect(doubt.probes.at(-1)).toMatchObject({ outcome: "unknown", decisive: false });
  const told = stuck.stderr.split("\n").filter((line) => line.includes(commandId));
  expect(told).toEqual([expect.stringContaining(`labloop doubt show ${commandId} ${data}`)]);

  const shown = await labloop(["doubt", "show", commandId.slice(18), data]);
  expect(shown.code).toBe(0);
  for (const word of [
    "lost its counters",
    "non-repeatable",
    "--as executed",
    "--as not-executed",
    "--stop-run",
    "elapsed: in s",
  ]) {
    expect(shown.stdout).toContain(word);
  }

  const resolve = (...rest: string[]) => labloop(["doubt", "resolve", commandId, data, ...rest]);
  expect((await resolve("--as", "executed", "--by", "Ada")).code).toBe(2);
  expect((await resolve("--as", "perhaps", ...signed)).code).toBe(2);
  expect(await labloop(["doubt", "resolve", "01ZZZ", data, "--as", "discarded", ...signed])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(commandId),
  });
  const unfit = await resolve("--as", "executed", "--result", "elapsed=-3 s", "colour=red", "--json", ...signed);
  expect(unfit.code).toBe(3);
  const paths = (jsonOf(unfit) as { faults: { path: string }[] }).faults.map(({ path }) => path);
  expect(paths.toSorted()).toEqual(["colour", "elapsed", "file"]);
  const alone = await resolve("--as", "not-executed", "--second", "Ada", ...signed);
  expect(alone).toMatchObject({ code: 1, stderr: expect.stringContaining("second person") });
  expect(await labloop(["doubt", "ask", commandId, data])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("--wait"),
  });
  expect(readEvents(data).filter(({ event }) => event.type === "step.resolved")).toEqual([]);

  const file = fileOf(doubt);
  const answered = await resolve(
    "--as",
    "executed",
    "--result",
    `file=${file}`,
    "elapsed=2700",
    "s",
    "--json",
    ...signed,
  );
  expect(answered.code).toBe(0);
  expect(jsonOf(answered)).toMatchObject({ v: 1, ok: true, command: "doubt.resolve", takesEffect: "nextRun" });
  const again = await resolve("--as", "discarded", ...signed);
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("not in doubt") });

  const finished = await labloop(args);
  expect(finished.code).toBe(0);
  expect(jsonLines(finished.stdout).at(-1)).toMatchObject({ type: "campaign.finished", experiments: 6 });
  const resolved = readEvents(data).flatMap(({ event }) => (event.type === "step.resolved" ? [event] : []));
  expect(resolved).toMatchObject([
    { commandId, as: "executed", by: { kind: "operator", name: "Ada" }, reason: "the part stands on the plate" },
  ]);
  // I1: what was answered as done was not done again; every part made went through the lab, and nothing was damaged.
  const { acts, damages, parts } = readWorld(data);
  expect(damages).toEqual([]);
  expect(acts.filter(({ verb, detail }) => verb === "print" && detail["file"] === file)).toHaveLength(1);
  expect(parts.every(({ place, isCrushed }) => place === "bin" && isCrushed)).toBe(true);
  expect(audit(data)).toMatchObject({ findings: [], doubts: 1, answers: { executed: 1, discarded: 0 } });
  // An answer that the world does not bear out is found.
  const belied = join(privateFolder(), "data");
  cpSync(data, belied, { recursive: true });
  const database = new DatabaseSync(join(belied, "world", "world.db"));
  database.prepare("DELETE FROM actuations WHERE verb = 'print' AND json_extract(detail, '$.file') = ?").run(file);
  database.close();
  expect(audit(belied).findings.join("\n")).toMatch(/printer-1: the world counted \d+ acts, the journal explains \d+/);
});

test("a discarded sample gives the optimizer no value, and the device that may hold its part is out of use until a person releases it", async () => {
  const { args, data, doubt } = await inDoubt();
  const { commandId, runId } = doubt;
  writeFileSync(join(data, "result.json"), "[1]");
  const unread = ["--as", "partial", "--result-json", join(data, "result.json")];
  expect((await labloop(["doubt", "resolve", commandId, data, ...unread, ...signed])).code).toBe(3);
  expect((await labloop(["doubt", "resolve", commandId, data, "--as", "discarded", ...signed])).code).toBe(0);
  const listed = await labloop(["doubt", "list", data, "--json"]);
  expect(jsonOf(listed)).toMatchObject({ isRunning: false, doubts: [], outOfUse: [{ device: "printer-1" }] });
  const release = (device: string) => labloop(["device", "release", device, data, ...signed]);
  expect(await release("printer-2")).toMatchObject({ code: 2, stderr: expect.stringContaining("printer-1") });

  // Nobody has taken the part away, so the printer is left alone, and the others go on.
  const finished = await labloop(args);
  expect(finished.code).toBe(0);
  expect(jsonLines(finished.stdout).at(-1)).toMatchObject({ type: "campaign.finished", experiments: 6 });
  const events = readEvents(data);
  const observed = events.flatMap(({ event }) =>
    event.type === "observation.made" && event.observation.runId === runId ? [event.observation] : [],
  );
  expect(observed).toMatchObject([{ values: null, failure: { class: "in-doubt" } }]);
  const { acts, damages } = readWorld(data);
  expect(damages).toEqual([]);
  expect(acts.filter(({ device }) => device === "printer-1")).toHaveLength(1);
  // It stays out of use after the end, and can still be released then.
  const left = await labloop(["doubt", "list", data]);
  expect(left.stdout).toContain(`labloop device release printer-1 ${data} --by NAME --reason TEXT`);
  expect((await release("printer-1")).code).toBe(0);
  expect(audit(data)).toMatchObject({
    findings: [],
    successes: 6,
    failures: 1,
    answers: { executed: 0, discarded: 1 },
  });
  expect(await labloop(["doubt", "list", data])).toMatchObject({ code: 0, stdout: "nothing waits for a person\n" });
});

test("while the campaign runs the answer goes to its engine: the device is asked, the answer settles it at once, and the campaign goes on", async () => {
  const { campaign, data } = doubtfulCampaign(join(privateFolder(), "lab"), 5);
  const args = ["run", campaign, "--port", "0", "--wait", "--scale", "4000", "--seed", "7", "--data", data];
  expect(await labloop(args)).toMatchObject({ signal: "SIGKILL" });
  const run = launch(args);
  // What recovery finds is told before there is a page that takes answers.
  await run.said((stderr) => stderr.includes("dashboard http"));
  await run.until((lines) => lines.some((line) => line.includes("labloop doubt show")));
  const list = async () => {
    const listed = await labloop(["doubt", "list", "--json"], { env: { LABLOOP_DATA: data } });
    return jsonOf(listed) as { isRunning: boolean; doubts: DoubtView[] };
  };
  const { isRunning, doubts } = await list();
  expect(isRunning).toBe(true);
  const [doubt] = doubts;
  const { commandId = "" } = doubt ?? {};
  const asked = await labloop(["doubt", "ask", commandId, data, "--json", "--by", "Ada"]);
  expect(jsonOf(asked)).toMatchObject({ ok: true, command: "doubt.probe", takesEffect: "now" });
  const result = ["--result", `file=${fileOf(doubt)}`, "elapsed=2700 s"];
  const answered = await labloop([
    "doubt",
    "resolve",
    commandId,
    data,
    "--as",
    "executed",
    ...result,
    "--second",
    "Grace",
    "--json",
    ...signed,
  ]);
  expect(jsonOf(answered)).toMatchObject({ ok: true, takesEffect: "now" });
  expect((await run.ended).code).toBe(0);
  const events = readEvents(data).map(({ event }) => event);
  const by = { kind: "operator", name: "Ada" };
  expect(events.filter(({ type }) => type === "step.probing")).toContainEqual(
    expect.objectContaining({ commandId, by }),
  );
  expect(events.filter(({ type }) => type === "step.resolved")).toMatchObject([
    { commandId, as: "executed", by, confirmedBy: { kind: "operator", name: "Grace" } },
  ]);
  expect(readWorld(data).damages).toEqual([]);
  expect(await list()).toMatchObject({ isRunning: false, doubts: [] });
});
