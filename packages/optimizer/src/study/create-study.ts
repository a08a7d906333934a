import {
  AheadQuestion,
  type Design,
  type Fault,
  type LookAhead,
  StoredStudy,
  Study,
  type StudyDraft,
  Trial,
} from "@labloop/contracts";
import type { DesignProposal, ProposedDesigns } from "../decide/design-request.ts";
import { proposeDesigns } from "../decide/propose-designs.ts";
import { openSpace } from "../space/open-space.ts";
import { parseDocument } from "./parse-document.ts";
import { readTrials } from "./read-trials.ts";
import { StudyError } from "./study-error.ts";
import { unnamedReadings } from "./unnamed-readings.ts";

/** A study under way: ask what to make next, tell what came of it. Whatever is refused throws a `StudyError` with every fault. */
export interface OpenStudy {
  /** Returns the next designs and takes them as being made; fewer than `count` only when there are no more. */
  ask(count?: number): readonly DesignProposal[];
  /** Takes down what came of experiments, asked for or not; all of the trials or, where one is refused, none. */
  tell(...trials: readonly Trial[]): void;
  /** Takes designs of a person's own choice as being made. */
  begin(...designs: readonly Design[]): void;
  /** Takes back designs that are not made after all. */
  withdraw(...designs: readonly Design[]): void;
  /** Returns what `ask` would, with the models and the hash of the answer, and changes nothing. */
  propose(count?: number): ProposedDesigns;
  /** Returns the measured design believed best; null without a reading, and for several objectives. */
  best(): ProposedDesigns["best"];
  /**
   * Returns how probable it is that so many more experiments, 10 where it is not said, gain more than `gain`, in the objective's unit or of a
   * front as a share of its hypervolume, and what is lost at most by stopping now; null with fewer than five measured designs, none to be
   * recommended, or a front without hypervolume. Of one to four objectives without desirability.
   */
  lookAhead(question?: Partial<AheadQuestion>): LookAhead | null;
  readonly trials: readonly Trial[];
  /** Designs that were asked for or begun, and not told of. */
  readonly pending: readonly Design[];
  /** Returns all of it as plain data, from which `restoreStudy` goes on with the same proposals. */
  toJson(): StoredStudy;
}

/**
 * Returns a study without trials. The same study, seed and history give the same proposals, byte for byte, on every machine. The seed is
 * an unsigned 32-bit integer.
 */
export function createStudy(draft: StudyDraft, options: { readonly seed: number }): OpenStudy {
  const study = parseDocument(Study, draft, "study");
  // Plain JavaScript may leave the options out.
  const seed = parseSeed((options as typeof options | undefined)?.seed);
  const faults = [study, seed].flatMap((read) => (isFaults(read) ? read : []));
  accept(faults.length > 0 ? faults : null);
  return openStudy({ v: 1, study: accept(study), seed: accept(seed), trials: [], pending: [] });
}

/** Returns a seed as it can be stored and drawn from. */
function parseSeed(seed: unknown): number | Fault[] {
  const parsed = StoredStudy.shape.seed.safeParse(seed);
  if (parsed.success) return parsed.data;
  const found = seed === undefined ? "missing" : typeof seed === "number" ? String(seed) : JSON.stringify(seed);
  const message = `the seed is ${found}, not a whole number from 0 to ${0xffff_ffff}`;
  return [{ code: "study.seed", message, path: "seed", hint: "for example createStudy(study, { seed: 1 })" }];
}

/** Returns a study as `toJson` left it, or as its text was parsed. */
export function restoreStudy(stored: unknown): OpenStudy {
  return openStudy(accept(parseDocument(StoredStudy, stored, "stored")));
}

function openStudy({ study, seed, ...stored }: StoredStudy): OpenStudy {
  const space = accept(openSpace(study));
  let trials: readonly Trial[] = [];
  let pending: readonly Design[] = [];
  /** What `trials` hands out, made when it is first asked for. */
  let shown: readonly Trial[] | null = null;

  function propose(count = 1): ProposedDesigns {
    return accept(proposeDesigns({ study, trials, pending, seed, count }));
  }
  function tell(told: readonly Trial[], judge: typeof unnamedReadings): void {
    const parsed = accept(collect(told.map((trial, i) => parseDocument(Trial, trial, `trials.${i}`))));
    const read = readTrials(space, parsed);
    const faults = [...(isFaults(read) ? read : []), ...judge(study, parsed)];
    accept(faults.length > 0 ? faults : null);
    trials = [...trials, ...parsed];
    shown = null;
    const own = parsed.filter(({ task }) => task === undefined);
    withdraw(own.map(({ design, requested }) => requested ?? design));
  }
  function begin(designs: readonly Design[]): void {
    accept(shapeFaults(designs) ?? designFaults(designs, (design) => space.check(design)));
    pending = [...pending, ...copies(designs)];
  }
  function withdraw(designs: readonly Design[]): void {
    const left = new Map<string, number>();
    for (const design of designs) {
      const key = space.key(design);
      left.set(key, (left.get(key) ?? 0) + 1);
    }
    if (left.size === 0) return;
    pending = pending.filter((design) => {
      const key = space.key(design);
      const count = left.get(key) ?? 0;
      left.set(key, count - 1);
      return count <= 0;
    });
  }
  // What was kept was told once.
  tell(stored.trials, () => []);
  begin(stored.pending);
  return {
    ask(count) {
      const { proposals } = propose(count);
      pending = [...pending, ...copies(proposals.map(({ design }) => design))];
      return proposals;
    },
    tell: (...told) => tell(told, unnamedReadings),
    begin: (...designs) => begin(designs),
    withdraw(...designs) {
      accept(shapeFaults(designs) ?? designFaults(designs, (design) => space.refuse(design)));
      withdraw(designs);
    },
    propose,
    best: () => propose(0).best,
    lookAhead(question = {}) {
      const ahead = accept(parseDocument(AheadQuestion, question, "ahead"));
      return accept(proposeDesigns({ study, trials, pending, seed, count: 0, ahead })).ahead ?? null;
    },
    get trials() {
      shown ??= structuredClone(trials);
      return shown;
    },
    get pending() {
      return copies(pending);
    },
    toJson: () => ({ v: 1, study, seed, trials: structuredClone([...trials]), pending: copies(pending) }),
  };
}

/** Whoever holds a design may change it; what is pending here stays. */
function copies(designs: readonly Design[]): Design[] {
  return designs.map((design) => ({ ...design }));
}

function shapeFaults(designs: readonly unknown[]): Fault[] | null {
  const faults = designs.flatMap((design, i): Fault[] => {
    if (typeof design === "object" && design !== null && !Array.isArray(design)) return [];
    const message = `${String(design)} is no design`;
    const hint = "a design is an object with a value for each parameter, by its name";
    return [{ code: "document.shape", message, path: `designs.${i}`, hint }];
  });
  return faults.length > 0 ? faults : null;
}

/** What is wrong with each of some designs; null where nothing is. */
function designFaults(designs: readonly Design[], judge: (design: Design) => Fault[]): Fault[] | null {
  const faults = designs.flatMap((design, i) =>
    judge(design).map((fault) => ({ ...fault, path: `designs.${i}.${fault.path ?? ""}` })),
  );
  return faults.length > 0 ? faults : null;
}

function accept<T>(value: T | Fault[]): Exclude<T, Fault[]> {
  if (isFaults(value)) throw new StudyError(value);
  return value as Exclude<T, Fault[]>;
}

function isFaults(value: unknown): value is Fault[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === "object" && "code" in entry)
  );
}

function collect<T>(parsed: readonly (T | Fault[])[]): T[] | Fault[] {
  const faults = parsed.flatMap((one) => (isFaults(one) ? one : []));
  return faults.length > 0 ? faults : parsed.filter((one): one is T => !isFaults(one));
}
