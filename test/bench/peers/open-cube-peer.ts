import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { peerPython } from "./peer-python.ts";

/** What BoTorch is told of experiments in the unit cube; outcomes are to be maximised, and a reference of null is inferred. */
interface CubeQuestion {
  readonly rows: readonly (readonly number[])[];
  readonly outcomes: readonly (readonly number[])[];
  readonly reference: readonly (number | null)[];
  /** What was measured beyond each limit on outcomes, below 0 where it is not kept. */
  readonly slacks?: readonly (readonly number[])[];
  /** Column to the only values that it can take, from 0 to 1. */
  readonly levels?: Readonly<Record<string, readonly number[]>>;
  readonly count: number;
  readonly seed: number;
}

export interface CubePeer {
  /** Returns the next rows, and the processor seconds that they took; throws what the peer says is wrong. */
  ask(question: CubeQuestion): Promise<{ readonly rows: readonly (readonly number[])[]; readonly cpuSeconds: number }>;
  close(): Promise<void>;
}

/** Starts BoTorch with the settings of Ax over the unit cube, in a process of its own; `whyNoPeers` says whether it can. */
export function openCubePeer(): CubePeer {
  const child = spawn(peerPython, [join(import.meta.dirname, "botorch-cube.py")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error("the peer ended");
      const answer = JSON.parse(value) as { rows: number[][]; cpuSeconds: number; error?: string };
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer;
    },
    async close() {
      child.stdin.end();
      await closed;
    },
  };
}
