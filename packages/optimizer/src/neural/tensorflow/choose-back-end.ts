import type { BackEndTrial } from "../ensemble.ts";
import type { BackEnd } from "./back-ends.ts";
import { selfTest } from "./self-test.ts";
import type { TensorFlow } from "./tensorflow.ts";

/** TensorFlow.js on the first back end that works, null where none does, and what came of each that was tried. */
export interface ChosenBackEnd {
  readonly tf: TensorFlow | null;
  readonly tried: readonly BackEndTrial[];
}

/** Returns the first back end that loads and passes the self-test; that a package is there says nothing. */
export async function chooseBackEnd(backEnds: readonly BackEnd[]): Promise<ChosenBackEnd> {
  const tried: BackEndTrial[] = [];
  for (const { name, open } of backEnds) {
    const opened = await attempt(open);
    const fault = opened instanceof Error ? `it does not load: ${firstLine(opened)}` : attemptTest(opened);
    tried.push({ name, taken: fault === null, reason: fault ?? "it loads and passes the self-test" });
    if (fault === null && !(opened instanceof Error)) return { tf: opened, tried };
  }
  return { tf: null, tried };
}

async function attempt(open: BackEnd["open"]): Promise<TensorFlow | Error> {
  try {
    return await open();
  } catch (error) {
    return errorOf(error);
  }
}

function attemptTest(tf: TensorFlow): string | null {
  try {
    return selfTest(tf);
  } catch (error) {
    return `it fails the self-test: ${firstLine(errorOf(error))}`;
  }
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** What follows is the stack of a loader's search, and folders are of this machine alone: neither is part of a record. */
function firstLine({ message }: Error): string {
  return (message.split("\n")[0] ?? "").replaceAll(/(^|[\s"'(])\/(?:[^\s/]+\/)+/g, "$1");
}
