import type { Fault } from "@labloop/contracts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { faultText, printJson, say } from "../say.ts";

/** Prints faults, as data or for people, and returns their exit code. */
export function reportFaults(faults: readonly Fault[], isJson: boolean): ExitCode {
  if (isJson) printJson({ v: 1, ok: false, faults });
  else for (const fault of faults) say(faultText(fault));
  return exitCode.checkFaults;
}
