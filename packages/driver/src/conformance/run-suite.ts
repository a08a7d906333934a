import { allChecks } from "./checks/all-checks.ts";
import { type Check, groupOf } from "./check.ts";
import type { CheckResult } from "./check-result.ts";
import { type Standing, standingOf } from "./level.ts";
import { type Ability, missingOf, type Rig, whyMissing } from "./rig.ts";
import { openScene, type Scene, type Suite } from "./scene.ts";
import type { Trace } from "./trace.ts";
import { NotApplicable, NotRun } from "./verdict.ts";

export interface SuiteResult {
  readonly kind: string;
  readonly driverVersion: string;
  readonly setting: string;
  readonly seed: number;
  /** Commands of the soak that was asked for; 0 for none. */
  readonly soak: number;
  readonly results: readonly CheckResult[];
  readonly standing: Standing;
  readonly tookMs: number;
  /** Of this run, when it was played; what `--record` keeps. */
  readonly trace: Trace | null;
}

export interface SuiteOptions {
  /** Opens a rig: in process a fresh one, else another hold on the same driver. */
  readonly openRig: (options: { readonly seed: number; readonly heartbeatMs?: number | undefined }) => Promise<Rig>;
  /** Whether all rigs are one device, which remembers. */
  readonly isKept: boolean;
  readonly seed: number;
  /** Ids of checks, such as `C3.4`, or groups, such as `C3`; all by default. */
  readonly only?: readonly string[] | undefined;
  /** Commands of the soak, at least 10,000 for gold; 0 for none. */
  readonly soak: number;
  readonly recorded: Trace | null;
  /** Whether the trace of this run is recorded: it is then played a second time, and held against the first. */
  readonly isRecording?: boolean | undefined;
  /** Wall time in ms, from any origin. */
  readonly now: () => number;
  readonly onResult?: (result: CheckResult) => void;
}

/** Runs the checks one after another, each on a rig of its own, and returns what came of each. */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { openRig, isKept, seed, only, soak, recorded, isRecording = false, now, onResult } = options;
  const startedAt = now();
  let trace: Trace | null = null;
  let about = { kind: "unknown", driverVersion: "unknown", setting: "" };
  const suite: Suite = {
    soak,
    recorded,
    isRecording,
    onTrace(played) {
      trace = played;
    },
    memory: new Map(),
  };

  const runOne = async (check: Check): Promise<CheckResult> => {
    const group = groupOf(check.id);
    const base = { id: check.id, group, promise: check.promise, seed };
    const checkStartedAt = now();
    const open: Scene[] = [];
    const openAnother: Scene["again"] = async ({ heartbeatMs, isUnready = false } = {}) => {
      const rig = await openRig({ seed, heartbeatMs });
      const scene = openScene(rig, { seed, suite, again: openAnother, isKept });
      open.push(scene);
      if (!isUnready) await scene.ready();
      return scene;
    };
    const verdictOf = async (): Promise<Pick<CheckResult, "verdict" | "detail" | "fix" | "figures">> => {
      try {
        const scene = await openAnother();
        const { kind, driverVersion } = scene.announced();
        about = { kind, driverVersion, setting: scene.rig.setting };
        const missing = missingOf(scene.rig, check.needs ?? []);
        if (missing.includes("wire") && isHandwork(scene))
          throw new NotApplicable("people do all of it: it has no wire");
        if (missing.length > 0) throw new NotRun(missing.map((need: Ability) => whyMissing[need]).join("; "));
        const figures = await check.run(scene);
        const malformed = open.flatMap((one) => one.malformed);
        if (malformed.length > 0)
          throw new Error(`the device sent what breaks the contract's schemas: ${malformed[0]}`);
        return figures === undefined ? { verdict: "passed" } : { verdict: "passed", figures };
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        if (error instanceof NotApplicable) return { verdict: "not-applicable", detail };
        if (error instanceof NotRun) return { verdict: "not-run", detail };
        const logged = open.flatMap(({ rig }) => rig.complaints?.() ?? []);
        return { verdict: "failed", detail: withLog(detail, check, logged), fix: check.fix };
      }
    };
    const verdict = await verdictOf();
    for (const scene of open) await scene.close();
    return { ...base, ...verdict, tookMs: Math.round(now() - checkStartedAt) };
  };

  const results: CheckResult[] = [];
  for (const check of allChecks) {
    if (only !== undefined && !only.some((wanted) => wanted === check.id || wanted === groupOf(check.id))) continue;
    const result = await runOne(check);
    results.push(result);
    onResult?.(result);
  }
  const standing = standingOf(results);
  return { ...about, seed, soak, results, standing, tookMs: Math.round(now() - startedAt), trace };
}

/** Groups in which the suite itself cuts wires and kills drivers: what is logged of that tells nobody anything. */
const disturbed = ["C4", "C7", "C10"];

/** What an act threw the kit takes for a lost wire, and goes on: only the log has the driver's own words. */
function withLog(detail: string, { id }: Check, logged: readonly string[]): string {
  const said = disturbed.includes(groupOf(id)) ? [] : [...new Set(logged)].slice(0, 3);
  return said.length === 0 ? detail : `${detail}; its log: ${said.join("; ")}`;
}

/** Whether a driver does nothing by itself: every act is somebody's who is asked. */
function isHandwork(scene: Scene): boolean {
  return Object.values(scene.announced().operations).every(({ asks }) => asks !== undefined);
}
