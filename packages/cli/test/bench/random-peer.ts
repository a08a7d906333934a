import { createInterface } from "node:readline";

/** A peer that measures at random, in the order of a small generator of its own; it leaves the recommendation to the bench. */
let state = 1;
let designs = 0;

function next(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

function answer(line: string): object | null {
  const message = JSON.parse(line) as {
    type: "start" | "ask" | "end";
    seed: number;
    features: number[][];
    measurements: { index: number }[];
    pending: number[];
    count: number;
  };
  if (message.type === "end") return null;
  if (message.type === "start") {
    state = message.seed;
    designs = message.features.length;
    return { type: "ready" };
  }
  const taken = new Set([...message.measurements.map(({ index }) => index), ...message.pending]);
  const indices: number[] = [];
  while (indices.length < message.count) {
    const index = Math.floor(next() * designs);
    if (taken.has(index)) continue;
    taken.add(index);
    indices.push(index);
  }
  return { indices, recommend: null, cpuSeconds: 0.25 };
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const reply = answer(line);
  if (reply !== null) process.stdout.write(`${JSON.stringify(reply)}\n`);
});
