import { runInNewContext } from "node:vm";
import { setFlagsFromString } from "node:v8";
import { createRealClock, createSeededIds, createVirtualClock, wallNow } from "@labloop/clock";
import {
  type CheckResult,
  openInProcessRig,
  realTime,
  runSuite,
  type SuiteResult,
  type Trace,
  virtualTime,
} from "@labloop/driver/conformance";
import type { LoadedSubject } from "./subject.ts";
import { withNotes } from "./with-notes.ts";

/** Where the virtual time of every check begins: a fixed instant, so that equal seeds give equal stamps. */
const virtualStart = Date.UTC(2026, 0, 1);

/** Runs the suite on a driver in this process, each check on a fresh start of it over a fresh plant. */
export function runInProcess(
  { subject, time }: Pick<LoadedSubject, "subject" | "time">,
  options: {
    readonly seed: number;
    readonly only?: readonly string[] | undefined;
    readonly soak: number;
    readonly recorded: Trace | null;
    readonly isRecording?: boolean | undefined;
    readonly onResult?: (result: CheckResult) => void;
    /** Told what is under way, each time before it is. */
    readonly note: (during: string) => void;
  },
): Promise<SuiteResult> {
  const { note } = options;
  let check = "the first check";
  const noting = withNotes(subject, (called) => note(`${called}, in ${check}`));
  return runSuite({
    ...options,
    onResult(result) {
      check = `the check after ${result.id}`;
      note(check);
      options.onResult?.(result);
    },
    openRig({ seed, heartbeatMs }) {
      const virtual = time === "virtual" ? createVirtualClock(virtualStart) : null;
      const rigTime = virtual === null ? realTime(createRealClock()) : virtualTime(virtual);
      const idsOf = (scope: string) => createSeededIds(rigTime.linkClock, seed, scope);
      return openInProcessRig(noting, { time: rigTime, idsOf, seed, heartbeatMs, heapBytes });
    },
    isKept: false,
    now: wallNow,
  });
}

let collect: (() => void) | null = null;

/** Without a collection first it would tell of what happens to be waiting for one. */
function heapBytes(): number {
  if (collect === null) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
  return process.memoryUsage().heapUsed;
}
