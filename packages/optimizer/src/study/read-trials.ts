import type { Design, Fault, Trial, TrialValue } from "@labloop/contracts";
import type { Space } from "../space/space.ts";

/** What was read of one quantity, in its unit. */
export interface QuantityReadings {
  /** Numbers that were read. */
  readonly exact: readonly ExactReading[];
  /** Readings beyond the range of the instrument. */
  readonly censored: readonly CensoredReading[];
}

/** A number that was read at a design. */
export interface ExactReading {
  /** Which of the trials it is from. */
  readonly trial: number;
  readonly value: number;
  /** Its standard uncertainty as reported; null where none was. */
  readonly uncertainty: number | null;
}

/** What is known of a value that the instrument could not read: that it lies above or below a bound. */
export interface CensoredReading {
  readonly trial: number;
  readonly side: "above" | "below";
  readonly bound: number;
}

/** Trials as the model reads them. */
export interface TrialReadings {
  /** One encoded design as carried out per trial; null for a fault, which says nothing. */
  readonly features: readonly (Float64Array | null)[];
  /** One key of the design as carried out per trial. */
  readonly keys: readonly string[];
  /** One key of the design as asked for per trial: an instrument ends up beside it. */
  readonly asked: readonly string[];
  /** Every objective and outcome constraint of the study by name. */
  readonly quantities: ReadonlyMap<string, QuantityReadings>;
  /** Trials whose design was measured, and those that showed it cannot be. */
  readonly feasible: readonly number[];
  readonly infeasible: readonly number[];
  /** The campaign's own trials at which something that the study does not vary was another: they count as neither. */
  readonly elsewhere: readonly number[];
}

/**
 * Returns what trials say, or everything that is wrong with them, each with its trial counted from 1.
 *
 * Designs are read as they were carried out and may lie outside bounds and constraints; values that are not finite and designs
 * that cannot be encoded are refused. Quantities that the study does not name are ignored. Of a campaign's own trial at another value of what
 * the study does not vary nothing is read: a model would take it for one of the study's designs.
 */
export function readTrials(space: Space, trials: readonly Trial[]): TrialReadings | Fault[] {
  const faults = trials.flatMap((trial, index) => [
    ...designFaults(space, trial.design, index, "design"),
    ...(trial.requested === undefined ? [] : designFaults(space, trial.requested, index, "requested")),
    ...valueFaults(trial, index),
  ]);
  if (faults.length > 0) return faults;
  const elsewhere = trials.flatMap(({ task, design, requested = design }, index) =>
    task === undefined && !space.sharesConstants(requested) ? [index] : [],
  );
  const left = new Set(elsewhere);
  const { objectives, outcomeConstraints } = space.study;
  const quantities = [...objectives, ...outcomeConstraints].map(
    ({ name }) => [name, readQuantity(name, trials, left)] as const,
  );
  const having = (status: Trial["outcome"]["status"]) =>
    trials.flatMap(({ outcome }, index) => (outcome.status === status && !left.has(index) ? [index] : []));
  const keys = trials.map(({ design }) => space.keyAsMade(design));
  return {
    features: trials.map(({ design, outcome }) => (outcome.status === "fault" ? null : space.encode(design))),
    keys,
    asked: trials.map(({ requested }, index) =>
      requested === undefined ? (keys[index] as string) : space.key(requested),
    ),
    quantities: new Map(quantities),
    feasible: having("measured"),
    infeasible: having("infeasible"),
    elsewhere,
  };
}

function readQuantity(name: string, trials: readonly Trial[], left: ReadonlySet<number>): QuantityReadings {
  const exact: ExactReading[] = [];
  const censored: CensoredReading[] = [];
  trials.forEach(({ outcome }, trial) => {
    if (outcome.status !== "measured" || left.has(trial) || !Object.hasOwn(outcome.values, name)) return;
    const read = outcome.values[name] as TrialValue;
    if (typeof read === "number") exact.push({ trial, value: read, uncertainty: null });
    else if ("value" in read) exact.push({ trial, ...read });
    else if ("above" in read) censored.push({ trial, side: "above", bound: read.above });
    else censored.push({ trial, side: "below", bound: read.below });
  });
  return { exact, censored };
}

function designFaults(space: Space, design: Design, index: number, where: "design" | "requested"): Fault[] {
  return space.refuse(design).map((fault) => ({
    ...fault,
    message: `trial ${index + 1}: ${fault.message}`,
    path: `trials.${index}.${where}.${fault.path}`,
  }));
}

function valueFaults({ outcome }: Trial, index: number): Fault[] {
  if (outcome.status !== "measured") return [];
  return Object.entries(outcome.values).flatMap(([name, read]) => {
    const numbers = typeof read === "number" ? [["value", read] as const] : Object.entries(read);
    const path = `trials.${index}.outcome.values.${name}`;
    const wrong = numbers.find(([, number]) => !Number.isFinite(number));
    if (wrong !== undefined) {
      const [kind, number] = wrong;
      const what = kind === "uncertainty" ? `the uncertainty of "${name}"` : `"${name}"`;
      const message = `trial ${index + 1}: ${what} is ${number}, not a finite number`;
      const hint = "leave out what was not read; say above or below for what is beyond the range of the instrument";
      return [{ code: "trial.notFinite", message, path, hint }];
    }
    if (typeof read === "number" || !("uncertainty" in read) || read.uncertainty > 0) return [];
    const message = `trial ${index + 1}: the uncertainty of "${name}" is ${read.uncertainty}, not above 0`;
    return [{ code: "trial.uncertainty", message, path }];
  });
}
