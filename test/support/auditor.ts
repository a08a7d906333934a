import { readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson, type LabEventOf, type Observation } from "@labloop/contracts";
import { readJournal } from "@labloop/journal";
import { type ReadCommand, readCommands } from "./read-commands.ts";
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
  findings.push(...endingFaults(commands), ...actFaults(commands, world.acts), ...deviceFaults(data, commands));
  findings.push(...observations.flatMap((observation) => valueFaults(observation, commands, world)));
  findings.push(...tableFaults(data, observations));

  find(new Set(observations.map(({ runId }) => runId)).size === observations.length, () => "a run was observed twice");
  for (const [index, part] of world.parts.entries()) {
    find(
      part.isCrushed && part.place === "bin",
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
    lostReadings: commands.filter(({ op, endings }) => op === "weigh" && endings[0]?.event.type !== "step.succeeded")
      .length,
    doubts: sum(commands.map(({ doubts }) => doubts)),
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
    .filter(({ endings }) => endings.length !== 1)
    .map(({ commandId, stepKey, endings }) => `${stepKey} ${commandId} has ${endings.length} ends`);
}

/** Whether the journal says that this command moved matter. */
function hasActed({ op, endings }: ReadCommand): boolean {
  const end = endings[0]?.event;
  if (op === "weigh" || end === undefined || end.type === "step.notExecuted") return false;
  return end.type === "step.succeeded" || end.physical !== "none";
}

/**
 * I1, I2, I3: device by device, what the world counted is exactly what the journal says was carried out, in that order,
 * each act between its intent and its end. Anything more, less or other is found here, orphans included.
 */
function actFaults(commands: readonly ReadCommand[], acts: readonly Act[]): string[] {
  const devices = new Set([...commands.map(({ device }) => device), ...acts.map(({ device }) => device)]);
  return [...devices].flatMap((device) => {
    const expected = commands.filter((command) => command.device === device && hasActed(command));
    expected.sort((a, b) => a.dseq - b.dseq);
    const counted = acts.filter((act) => act.device === device);
    if (counted.length !== expected.length) {
      return [`${device}: the world counted ${counted.length} acts, the journal explains ${expected.length}`];
    }
    return expected.flatMap((command, index) => {
      const act = counted[index]!;
      const name = `${command.stepKey} ${command.commandId} on ${device}`;
      const isInTime = command.intendedAt <= act.at && act.at <= command.endings[0]!.at;
      return [
        ...(isActOf(act, command) ? [] : [`${name} was carried out as ${act.verb} ${JSON.stringify(act.detail)}`]),
        ...(isInTime ? [] : [`${name} was carried out at ${act.at}, outside its time`]),
      ];
    });
  });
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
  "step.succeeded": ["succeeded"],
  "step.failed": ["failed"],
  "step.notExecuted": ["cancelled", "rejected"],
} as const satisfies Record<ReadCommand["endings"][number]["event"]["type"], readonly string[]>;

/** Every device's own journal knows the engine's commands, no others, with the same end and the same result. */
function deviceFaults(data: string, commands: readonly ReadCommand[]): string[] {
  const known = new Map(readDeviceJournals(data).map((entry) => [entry.commandId, entry]));
  const faults = commands.flatMap(({ commandId, device, endings }) => {
    const entry = known.get(commandId);
    known.delete(commandId);
    const end = endings[0]?.event;
    if (entry === undefined || end === undefined) return [`${device} has no record of ${commandId}`];
    const isSame = entry.device === device && (sameEnd[end.type] as readonly string[]).includes(entry.state);
    const isSameResult = end.type !== "step.succeeded" || canonicalJson(end.result) === canonicalJson(entry.result);
    return isSame && isSameResult
      ? []
      : [`${commandId}: ${entry.device} says ${entry.state}, the engine ${end.type} by ${device}`];
  });
  return [...faults, ...[...known.values()].map(({ device, commandId }) => `orphan: ${device} knows ${commandId}`)];
}

/** The observed toughness is that of the very part the run printed, and of the design that was asked for. */
function valueFaults(observation: Observation, commands: readonly ReadCommand[], world: WorldFacts): string[] {
  const { runId, values, requested, executed } = observation;
  if (values === null) return [];
  const print = commands.find(
    (command) =>
      command.runId === runId && command.op === "print" && command.endings[0]?.event.type === "step.succeeded",
  );
  const prints = world.acts.filter(({ verb }) => verb === "print");
  // The world makes a part with each print it counts.
  const part =
    world.parts[
      prints.findIndex(
        ({ device, at }) =>
          device === print?.device &&
          print.intendedAt <= at &&
          at <= (print.endings[0]?.at ?? Number.NEGATIVE_INFINITY),
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
