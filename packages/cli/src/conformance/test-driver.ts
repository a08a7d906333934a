import type { Outcome } from "@labloop/contracts";
import type { SuiteResult } from "@labloop/driver/conformance";
import { runInProcess } from "./run-in-process.ts";
import { exitCode } from "../exit-code.ts";
import { blocksAtMost, watchLoop } from "./watch-loop.ts";
import { loadSubject, type SubjectFlags } from "./subject.ts";
import { readTrace } from "./trace-file.ts";

/**
 * Runs the whole suite on a driver in this process, as `labloop conformance` does: with the trace beside it, and with
 * as long a soak as is wanted, by default the full one where its plant lives in virtual time. The faults are those of files that
 * are named. A driver that lets nothing else run ends the process, as failed.
 */
export async function testDriver(
  target: string,
  flags: SubjectFlags & { readonly seed?: number; readonly soak?: number } = {},
): Promise<Outcome<SuiteResult>> {
  const { note, end } = watchLoop(() => process.exit(exitCode.failed), blocksAtMost);
  try {
    note("the start");
    const loaded = await loadSubject(target, flags);
    if (!loaded.ok) return loaded;
    const { time, traceFile } = loaded.value;
    const soak = flags.soak ?? (time === "virtual" ? fullSoak : 0);
    const options = { seed: flags.seed ?? 1, soak, recorded: readTrace(traceFile), note };
    return { ok: true, value: await runInProcess(loaded.value, options) };
  } finally {
    end();
  }
}

/** What gold asks for; in virtual time it takes seconds. */
export const fullSoak = 10_000;
