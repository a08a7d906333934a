import { readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson, type LabEventOf, type Observation } from "@labloop/contracts";
import { readJournal } from "@labloop/journal";
import { type ReadCommand, readCommands, type Settled, settledBy } from "./read-commands.ts";
import { type Act, readDeviceJournals, readEvents, readWorld, type WorldFacts } from "./read-folder.ts";
import { designOf, measuredToughness } from "./truth.ts";

/** What an audit found: `findings` is empty when journal, devices, world and published table tell one story. */
export interface Audit {
  readonly findings: readonly string[];
  readonly successes: number;
  readonly failures: number;
  readonly commands: number;
  readonly acts: number;
  /** Commands that ended without any act, and how many of them were readings of the balance. */
  readonly withoutAct: number;
  readonly lostReadings: number;
  readonly doubts: number;
  /** Doubts that a person settled, and how. */
  readonly answers: Readonly<Record<"executed" | "partial" | "not-executed" | "discarded", number>>;
  readonly overdue: number;
}

/** Audits a finished campaign's folder; shares nothing with the engine but the schema of events and the chain's reader. */
export function audit(data: string): Audit {
  const findings: string[] = [];
  const find = (isTrue: boolean, finding: () => string) => {
    if (!isTrue) findings.push(finding());
  };
  const events = readEvents(data);
  const world = readWorld(data);
  const commands = readCommands(events);
  const observations = events.flatMap(({ event }) => (event.type === "observation.made" ? [event.observation] : []));

  findings.push(...chainFaults(data), ...world.damages.map((damage) => `damage: ${damage}`));
  const acted = matchActs(commands, world.acts);
  findings.push(...endingFaults(commands), ...acted.faults, ...deviceFaults(data, commands));
  findings.push(...commands.flatMap(answerFaults), ...discardedFaults(commands, observations));
  findings.push(...observations.flatMap((observation) => valueFaults(observation, commands, world)));
  findings.push(...tableFaults(data, observations));

  find(new Set(observations.map(({ runId }) => runId)).size === observations.length, () => "a run was observed twice");
  // A sample that was given up leaves its part where it is, for a person to take away.
  const isLeft = (index: number) => acted.discarded.has(prints[index]?.seq ?? -1);
  const prints = world.acts.filter(({ verb }) => verb === "print");
  for (const [index, part] of world.parts.entries()) {
    find(
      (part.isCrushed && part.place === "bin") || isLeft(index),
      () => `part ${index + 1} ended on ${part.place}, crushed: ${part.isCrushed}`,
    );
  }
  const idle = commands.filter((command) => !hasActed(command));
  return {
    findings,
    successes: observations.filter(({ values }) => values !== null).length,
    failures: observations.filter(({ values }) => values === null).length,
    commands: commands.length,
    acts: world.acts.length,
    withoutAct: idle.filter(({ op }) => op !== "weigh").length,
    lostReadings: commands.filter((command) => command.op === "weigh" && settledBy(command)?.as !== "succeeded").length,
    doubts: sum(commands.map(({ doubts }) => doubts)),
    answers: countAnswers(commands),
    overdue: sum(commands.map(({ overdue }) => overdue)),
  };
}

function chainFaults(data: string): string[] {
  const reader = readJournal(join(data, "journal.db"));
  try {
    const verified = reader.verify();
    return verified.ok ? [] : verified.faults.map(({ message }) => `chain: ${message}`);
  } finally {
    reader.close();
  }
}

function endingFaults(commands: readonly ReadCommand[]): string[] {
  return commands
    .filter((command) => settledBy(command) === null)
    .map(({ commandId, stepKey, endings, answers }) => {
      return `${stepKey} ${commandId} has ${endings.length} ends and ${answers.length} answers`;
    });
}

/** Every answer follows a doubt and says who and why; no device contradicts it. */
function answerFaults({ commandId, stepKey, doubts, answers, contradictions }: ReadCommand): string[] {
  const name = `${stepKey} ${commandId}`;
  const faults = answers.flatMap(({ event }) => {
    const { by, reason } = event;
    const isSigned = reason.trim() !== "" && (by === null || by.name.trim() !== "");
    return isSigned ? [] : [`${name} was answered as ${event.as} without a name or a reason`];
  });
  if (answers.length > 0 && doubts === 0) faults.push(`${name} was answered, and had never been in doubt`);
  if (contradictions > 0) faults.push(`${name} was settled, and its device says otherwise`);
  return faults;
}

/** A sample that was given up gives no value. */
function discardedFaults(commands: readonly ReadCommand[], observations: readonly Observation[]): string[] {
  const discarded = new Set(commands.flatMap((one) => (settledBy(one)?.as === "discarded" ? [one.runId] : [])));
  return observations.flatMap(({ runId, values, failure }) => {
    if (!discarded.has(runId) || (values === null && failure?.class === "in-doubt")) return [];
    return [`run ${runId} was given up in doubt, and was observed all the same`];
  });
}

function countAnswers(commands: readonly ReadCommand[]): Audit["answers"] {
  const given = commands.flatMap(({ answers }) => answers.filter(({ event }) => event.by !== null));
  const count = (as: keyof Audit["answers"]) => given.filter(({ event }) => event.as === as).length;
  return {
    executed: count("executed"),
    partial: count("partial"),
    "not-executed": count("not-executed"),
    discarded: count("discarded"),
  };
}

/** Whether the journal says that this command moved matter. */
function hasActed(command: ReadCommand): boolean {
  const settled = settledBy(command);
  if (command.op === "weigh" || settled === null || settled.as === "notExecuted") return false;
  if (settled.as !== "failed" || settled.isByAnswer) return true;
  const end = command.endings[0]?.event;
  return end?.type === "step.failed" && end.physical !== "none";
}

/**
 * I1, I2, I3: device by device, what the world counted is exactly what the journal says was carried out, in that order,
 * each act between its intent and its end. Anything more, less or other is found here, orphans included. What was given up
 * in doubt may have been carried out or not; `discarded` are the acts of those that were.
 */
function matchActs(
  commands: readonly ReadCommand[],
  acts: readonly Act[],
): { readonly faults: readonly string[]; readonly discarded: ReadonlySet<number> } {
  const discarded = new Set<number>();
  const devices = new Set([...commands.map(({ device }) => device), ...acts.map(({ device }) => device)]);
  const faults = [...devices].flatMap((device) => {
    const counted = acts.filter((act) => act.device === device);
    const expected = commands.filter((command) => command.device === device && hasActed(command));
    expected.sort((a, b) => a.dseq - b.dseq);
    const wrong: string[] = [];
    let explained = 0;
    for (const command of expected) {
      const act = counted[explained];
      const isFit = act !== undefined && isActOf(act, command);
      const { at = Number.NEGATIVE_INFINITY, as } = settledBy(command) ?? {};
      const isInTime = act !== undefined && command.intendedAt <= act.at && act.at <= at;
      if (as === "discarded") {
        if (!isFit || !isInTime) continue;
        discarded.add(act.seq);
      }
      explained++;
      if (act === undefined) continue;
      const name = `${command.stepKey} ${command.commandId} on ${device}`;
      if (!isFit) wrong.push(`${name} was carried out as ${act.verb} ${JSON.stringify(act.detail)}`);
      if (!isInTime) wrong.push(`${name} was carried out at ${act.at}, outside its time`);
    }
    if (counted.length === explained) return wrong;
    return [`${device}: the world counted ${counted.length} acts, the journal explains ${explained}`];
  });
  return { faults, discarded };
}

function isActOf({ verb, detail }: Act, { op, params }: ReadCommand): boolean {
  switch (op) {
    case "print":
      return verb === "print" && detail["file"] === params["file"];
    case "transfer":
      return verb === "move" && detail["from"] === params["from"] && detail["to"] === params["to"];
    case "compress": {
      const travel = params["travel"] as { value: number };
      return verb === "crush" && detail["part"] !== null && detail["bottomMm"] === -travel.value;
    }
    default:
      return false;
  }
}

const sameEnd = {
  succeeded: ["succeeded"],
  failed: ["failed"],
  notExecuted: ["cancelled", "rejected"],
  // Given up only while nobody knew.
  discarded: [],
} as const satisfies Record<Settled["as"], readonly string[]>;

/**
 * Every device's own journal knows the engine's commands, no others, with the same end and the same result. Where a doubt
 * was answered it may know no end itself, but no other one.
 */
function deviceFaults(data: string, commands: readonly ReadCommand[]): string[] {
  const known = new Map(readDeviceJournals(data).map((entry) => [entry.commandId, entry]));
  const faults = commands.flatMap((command) => {
    const { commandId, device, endings } = command;
    const entry = known.get(commandId);
    known.delete(commandId);
    const settled = settledBy(command);
    if (entry === undefined || settled === null) return [`${device} has no record of ${commandId}`];
    const states: readonly string[] = [...sameEnd[settled.as], ...(settled.isByAnswer ? ["unknown"] : [])];
    const isSame = entry.device === device && states.includes(entry.state);
    const end = endings[0]?.event;
    const isSameResult = end?.type !== "step.succeeded" || canonicalJson(end.result) === canonicalJson(entry.result);
    const said = `${settled.as}${settled.isByAnswer ? ", as was answered" : ""}`;
    return isSame && isSameResult
      ? []
      : [`${commandId}: ${entry.device} says ${entry.state}, the engine ${said} by ${device}`];
  });
  return [...faults, ...[...known.values()].map(({ device, commandId }) => `orphan: ${device} knows ${commandId}`)];
}

/** The observed toughness is that of the very part the run printed, and of the design that was asked for. */
function valueFaults(observation: Observation, commands: readonly ReadCommand[], world: WorldFacts): string[] {
  const { runId, values, requested, executed } = observation;
  if (values === null) return [];
  const print = commands.find(
    (command) => command.runId === runId && command.op === "print" && settledBy(command)?.as === "succeeded",
  );
  const prints = world.acts.filter(({ verb }) => verb === "print");
  // The world makes a part with each print it counts.
  const part =
    world.parts[
      prints.findIndex(
        ({ device, at }) =>
          device === print?.device &&
          print.intendedAt <= at &&
          at <= (settledBy(print)?.at ?? Number.NEGATIVE_INFINITY),
      )
    ];
  if (part === undefined) return [`run ${runId} was observed, and no part was printed for it`];
  const design = designOf(part.file);
  const truth = measuredToughness(design)[part.replicate]!;
  const value = values["toughness"]?.value ?? Number.NaN;
  const isRight = Math.abs(value - truth) <= 1e-3 * truth;
  const isDesign =
    canonicalJson(design) === canonicalJson(requested) && canonicalJson(design) === canonicalJson(executed.value);
  return [
    ...(isRight ? [] : [`run ${runId}: toughness ${value} J, and ${part.file} was measured with ${truth} J`]),
    ...(isDesign ? [] : [`run ${runId}: ${part.file} is not what was asked for`]),
  ];
}

/** `observations.csv` has every observation, once. */
function tableFaults(data: string, observations: readonly LabEventOf<"observation.made">["observation"][]): string[] {
  const [header = "", ...rows] = readFileSync(join(data, "observations.csv"), "utf8").trimEnd().split("\n");
  const column = header.split(",").indexOf("toughness (J)");
  const told = rows.map((row) => row.split(",")).map((cells) => [cells[0], Number(cells[column] || Number.NaN)]);
  const meant = observations.map((one) => [one.observationId, one.values?.["toughness"]?.value ?? Number.NaN]);
  return canonicalText(told) === canonicalText(meant)
    ? []
    : [`observations.csv has ${rows.length} rows, or other ones`];
}

function canonicalText(rows: readonly (readonly unknown[])[]): string {
  return rows.map((row) => row.join(",")).join("\n");
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
