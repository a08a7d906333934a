import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import { LabError } from "@labloop/contracts";

/** One question to a person, with what counts when nothing is typed. */
interface Question {
  readonly text: string;
  /** Lines shown once before it. */
  readonly before?: readonly string[];
  readonly preset?: string;
  /** Returns what is wrong with an answer, or null. */
  readonly wrong?: (answer: string) => string | null;
}

/** Asks questions one after another; one that is answered wrongly is asked again. */
export interface Asker {
  ask(question: Question): Promise<string>;
  close(): void;
}

/** Returns what asks on a terminal. Its questions reject with `init.broken` when the input ends, as by Ctrl-C or Ctrl-D. */
export function openAsker(input: Readable, output: Writable): Asker {
  const lines = createInterface({ input, output, terminal: (input as { isTTY?: boolean }).isTTY === true });
  const ended = new AbortController();
  lines.on("SIGINT", () => lines.close());
  lines.on("close", () => ended.abort());
  const read = async (prompt: string) => {
    try {
      return (await lines.question(prompt, { signal: ended.signal })).trim();
    } catch (error) {
      if (!ended.signal.aborted) throw error;
      throw new LabError("init.broken", "the questions were broken off; nothing was written");
    }
  };
  return {
    async ask({ text, before = [], preset, wrong }) {
      for (const line of before) output.write(`${line}\n`);
      for (;;) {
        const typed = await read(`${text}${preset === undefined ? "" : ` [${preset}]`}: `);
        const answer = typed === "" ? (preset ?? "") : typed;
        const why = answer === "" && preset === undefined ? "this one needs an answer" : (wrong?.(answer) ?? null);
        if (why === null) return answer;
        output.write(`  ${why}\n`);
      }
    },
    close: () => lines.close(),
  };
}
