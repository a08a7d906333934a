import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { LabError } from "@labloop/contracts";
import type { BenchMethod } from "@labloop/optimizer/benchmark";
import * as z from "zod";

const Ready = z.object({ type: z.literal("ready") });
const Answer = z.object({
  indices: z.array(z.number().int().min(0)),
  recommend: z.number().int().min(0).nullable(),
  cpuSeconds: z.number().min(0).nullable().default(null),
});
const Failure = z.object({ error: z.string() });

/** Returns the words of a command line; quotes keep a word with spaces together. */
export function commandOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

/**
 * Returns a method that lives in a process of its own and speaks the pool protocol (test/bench/peers/PROTOCOL.md). The process
 * starts with the first campaign and serves all that follow; whatever it says that is no answer rejects with `bench.peer`.
 */
export function peerMethod(name: string, line: string): BenchMethod {
  let link: PeerLink | null = null;
  let isStarted = false;
  return {
    name,
    async start({ parameters, objectives, constraints, candidates }, features, seed) {
      const peer = (link ??= openPeer(name, line));
      if (isStarted) peer.tell({ type: "end" });
      isStarted = true;
      await peer.ask({ type: "start", parameters, features, candidates, objectives, constraints, seed }, Ready);
      return {
        async ask({ measurements, pending, count, remaining }) {
          const readings = measurements.map(({ index, values }) => ({
            index,
            values: Object.fromEntries(objectives.map((objective, k) => [objective.name, values[k]])),
          }));
          const answer = await peer.ask({ type: "ask", measurements: readings, pending, count, remaining }, Answer);
          return { indices: answer.indices, recommended: answer.recommend, cpuSeconds: answer.cpuSeconds };
        },
      };
    },
    async close() {
      if (link === null) return;
      if (isStarted) link.tell({ type: "end" });
      await link.close();
    },
  };
}

interface PeerLink {
  tell(message: object): void;
  ask<S extends z.ZodType>(message: object, schema: S): Promise<z.output<S>>;
  close(): Promise<void>;
}

function openPeer(name: string, line: string): PeerLink {
  const [program = "", ...words] = commandOf(line);
  // In a group of its own, so that a Ctrl-C lets it finish the campaign; it ends when its stdin does.
  const detached = process.platform !== "win32";
  const child: ChildProcess = spawn(program, words, { stdio: ["pipe", "pipe", "inherit"], detached });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("a peer without pipes");
  let waiting: PromiseWithResolvers<string> | null = null;
  let ended: LabError | null = null;
  const end = (why: string, hint?: string) => {
    ended ??= new LabError("bench.peer", `${name}: ${why}`, hint === undefined ? {} : { hint });
    waiting?.reject(ended);
    waiting = null;
  };
  const exited = once(child, "close").catch(() => undefined);
  const startable = `peer: is followed by a program on the PATH, or a path as seen from ${process.cwd()}`;
  child.on("error", (error) => end(`it cannot be started (${error.message})`, startable));
  child.on("close", (code, signal) => end(`it ended with ${signal ?? `exit code ${code}`}`));
  // Its end is told by "close"; a pipe that breaks before that says nothing more.
  stdin.on("error", () => undefined);
  createInterface({ input: stdout }).on("line", (text) => {
    if (text.trim() === "") return;
    waiting?.resolve(text);
    waiting = null;
  });
  const tell = (message: object) => {
    stdin.write(`${JSON.stringify(message)}\n`);
  };
  return {
    tell,
    async ask(message, schema) {
      if (ended !== null) throw ended;
      waiting = Promise.withResolvers<string>();
      tell(message);
      const text = await waiting.promise;
      return read(name, text, schema);
    },
    async close() {
      stdin.end();
      await exited;
    },
  };
}

function read<S extends z.ZodType>(name: string, text: string, schema: S): z.output<S> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new LabError("bench.peer", `${name}: it wrote '${text.slice(0, 80)}', which is no JSON`);
  }
  const answer = schema.safeParse(content);
  if (answer.success) return answer.data;
  const failure = Failure.safeParse(content);
  const why = failure.success
    ? failure.data.error
    : `'${text.slice(0, 80)}' is no answer: ${z.prettifyError(answer.error)}`;
  throw new LabError("bench.peer", `${name}: ${why}`);
}
