import { fileURLToPath } from "node:url";
import { type Fault, LabError } from "@labloop/contracts";

/** What is known of a process that has ended by itself. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last of what it wrote to stderr. */
  readonly said: string;
}

const mend = "mend the driver, then have it loaded anew";

/** Returns the fault of an error that a driver let go, with the place where it was thrown. */
export function faultOfThrown(error: unknown, isRejection: boolean): Fault {
  if (error instanceof LabError) {
    return { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const how = isRejection ? "a promise of the driver was rejected and nobody took it" : "the driver threw";
  return {
    code: isRejection ? "driver.rejected" : "driver.threw",
    message: `${how}: ${shortened(text)}`,
    ...placeOf(error),
    hint: mend,
  };
}

/** Returns the fault of a driver's process that has ended without a word, which is what a driver has to answer for. */
export function faultOfEnd({ code, signal, said }: ProcessEnd): Fault {
  if (said.includes("heap out of memory")) {
    return {
      code: "driver.outOfMemory",
      message: "the driver took all the memory that it may have, and was ended",
      hint: `something in it grows without end: ${mend}`,
    };
  }
  const last = said.trim().split("\n").at(-1) ?? "";
  const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
  return {
    code: "driver.ended",
    message: `the driver's process ${how}${last === "" ? "" : `: ${shortened(last)}`}`,
    hint: signal === null ? `a driver leaves process.exit alone: ${mend}` : "it is started again by itself",
  };
}

/** Returns the fault of a driver that kept its process from doing anything else. */
export function faultOfHang(silentMs: number): Fault {
  return {
    code: "driver.hung",
    message: `the driver gave no sign of life for ${Math.round(silentMs / 1_000)} s, and was ended`,
    hint: `a loop in it does not end, or a call does not return: ${mend}`,
  };
}

/** Returns the fault of a driver that lets the thread that runs it do nothing else. */
export function faultOfBlock(blockedMs: number): Fault {
  const seconds = Math.round(blockedMs / 1_000);
  return {
    code: "driver.blocks",
    message: `the driver or its plant has let nothing else run for ${seconds} s, and was ended`,
    hint: "heartbeats and stops run between its steps: end the loop, or await something that takes time in it",
  };
}

/** Returns the fault of a driver whose process has outgrown what it may hold. */
export function faultOfGrowth(rssBytes: number, limitBytes: number): Fault {
  const mb = (bytes: number) => Math.round(bytes / 2 ** 20);
  return {
    code: "driver.outOfMemory",
    message: `the driver's process held ${mb(rssBytes)} MB, more than the ${mb(limitBytes)} MB that it may, and was ended`,
    hint: `something in it grows without end: ${mend}`,
  };
}

/** Returns the fault of a driver that was not there in time. */
export function faultOfDelay(what: string, waitedMs: number): Fault {
  return {
    code: "driver.notLoaded",
    message: `the driver was not ${what} within ${Math.round(waitedMs / 1_000)} s`,
    hint: `its module waits for something that does not come: ${mend}`,
  };
}

function shortened(text: string): string {
  const [line = ""] = text.split("\n");
  return line.length > 400 ? `${line.slice(0, 400)} ...` : line;
}

/** The first place on the stack that is a file of its own, not Node's. */
function placeOf(error: unknown): Pick<Fault, "file" | "line" | "column"> {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const found = /(file:\/\/\S+?):(\d+):(\d+)\)?$/m.exec(stack);
  if (found === null) return {};
  const [, url = "", line, column] = found;
  return { file: fileURLToPath(url), line: Number(line), column: Number(column) };
}
