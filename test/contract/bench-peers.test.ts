import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { openCubePeer } from "../bench/peers/open-cube-peer.ts";
import { peerPython, whyNoPeers } from "../bench/peers/peer-python.ts";

const parameters = [
  { kind: "continuous", name: "dose", unit: "g", min: 0.01, max: 1, scale: "log" },
  { kind: "integer", name: "turns", unit: "1", min: 1, max: 4 },
  { kind: "levels", name: "heat", unit: "degC", levels: [20, 60, 90] },
  { kind: "ordinal", name: "mesh", unit: "1", levels: ["fine", "coarse"] },
  { kind: "categorical", name: "base", unit: "1", options: ["KOH", "NaOH"], encoding: "hamming" },
  {
    kind: "categorical",
    name: "solvent",
    unit: "1",
    options: ["water", "ethanol", "toluene"],
    encoding: "descriptors",
    descriptors: { water: [80, 1], ethanol: [24.5, 0.6], toluene: [2.4, 0] },
  },
  { kind: "levels", name: "always", unit: "1", levels: [5] },
];
const candidates = Array.from({ length: 24 }, (_, i) => ({
  dose: 0.01 * 10 ** (i / 11.5),
  turns: 1 + (i % 4),
  heat: [20, 60, 90][i % 3],
  mesh: i % 2 === 0 ? "fine" : "coarse",
  base: i % 5 < 2 ? "KOH" : "NaOH",
  solvent: ["water", "ethanol", "toluene"][(i * 7) % 3],
  always: 5,
}));

const read = (index: number, noise = 0) => ({
  index,
  values: { loss: (index - 9) ** 2 + noise, speed: 3 * index },
});

function messages(names: readonly string[]): object[] {
  const objectives = [
    { name: "loss", unit: "1", goal: "minimise" },
    { name: "speed", unit: "1", goal: "maximise", reference: 1 },
  ].filter(({ name }) => names.includes(name));
  const features = candidates.map((_, i) => [i / 23]);
  const start = { type: "start", parameters, features, candidates, objectives, constraints: [], seed: 4_294_967_295 };
  const starts = [read(2), read(20), read(2, 0.5)];
  const later = [...starts, read(8), read(11)];
  return [
    start,
    { type: "ask", measurements: starts, pending: [], count: 1 },
    { type: "ask", measurements: later, pending: [5], count: 2 },
    { type: "ask", measurements: later, pending: [5], count: 0 },
    { type: "end" },
  ];
}

/** What a peer answers to the messages, one after the other. */
async function answersOf(script: string, told: readonly object[]): Promise<unknown[]> {
  const path = join(import.meta.dirname, "../bench/peers", script);
  const child = spawn(peerPython, [path], { stdio: ["pipe", "pipe", "inherit"] });
  const lines: unknown[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(JSON.parse(line)));
  child.stdin.end(told.map((message) => `${JSON.stringify(message)}\n`).join(""));
  const [code] = (await once(child, "close")) as [number | null];
  expect(code).toBe(0);
  return lines;
}

test.for(["botorch-ax.py", "baybe-default.py", "optuna-gp.py"])(
  "%s answers the pool protocol for every kind of parameter, one and several objectives, and the same twice",
  async (script, { skip }) => {
    const why = whyNoPeers();
    if (why !== null) skip(why);
    const single = messages(["loss"]);
    const answers = await answersOf(script, [...single, ...single, ...messages(["loss", "speed"])]);
    expect(answers).toHaveLength(12);
    const index = expect.toSatisfy(
      (value: unknown) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 24,
    );
    for (const campaign of [answers.slice(0, 4), answers.slice(4, 8), answers.slice(8)]) {
      const indices = (count: number) => Array.from({ length: count }, () => index);
      expect(campaign).toEqual([
        { type: "ready" },
        ...[1, 2, 0].map((count) => ({
          indices: indices(count),
          recommend: expect.toSatisfy((value) => value === null || [2, 8, 11, 20].includes(value as number)),
          cpuSeconds: expect.any(Number),
        })),
      ]);
      const pair = (campaign[2] as { indices: number[] }).indices;
      expect(new Set([...pair, 5]).size).toBe(3);
    }
    const chosen = (some: unknown[]) => some.map((answer) => ({ ...(answer as object), cpuSeconds: 0 }));
    expect(chosen(answers.slice(4, 8))).toEqual(chosen(answers.slice(0, 4)));
  },
);

test("botorch-cube.py proposes inside the cube, for one objective and several, and the same twice", async ({
  skip,
}) => {
  const why = whyNoPeers();
  if (why !== null) skip(why);
  const peer = openCubePeer();
  const rows = [0.1, 0.3, 0.5, 0.8, 0.95].map((x, i) => [x, (i * 0.37) % 1]);
  for (const width of [1, 2]) {
    const outcomes = rows.map(([x = 0]) => [-((x - 0.4) ** 2), x].slice(0, width));
    const question = { rows, outcomes, reference: [null, 0].slice(0, width), count: 2, seed: 3 };
    const answers = [await peer.ask(question), await peer.ask(question)];
    expect(answers[1]?.rows).toEqual(answers[0]?.rows);
    expect(answers[0]?.rows.map((row) => row.length)).toEqual([2, 2]);
    expect(answers[0]?.rows.flat().every((x) => x >= 0 && x <= 1)).toBe(true);
    expect(answers[0]?.cpuSeconds).toBeGreaterThan(0);
  }
  await peer.close();
});

test("botorch-cube.py keeps to the values that a column can take, and looks where its limits may hold", async ({
  skip,
}) => {
  const why = whyNoPeers();
  if (why !== null) skip(why);
  const peer = openCubePeer();
  const levels = Array.from({ length: 25 }, (_, k) => k / 24);
  const rows = Array.from({ length: 8 }, (_, i) => [levels[(7 * i) % 25] as number, (i * 0.37) % 1]);
  // Better with every step and with more of the other; at most 1 together, or 0.2, which no row keeps.
  const outcomes = rows.map(([a = 0, b = 0]) => [a + 2 * b]);
  for (const most of [1, 0.2]) {
    const slacks = rows.map(([a = 0, b = 0]) => [most - a - b]);
    const told = { rows, outcomes, slacks, levels: { 0: levels }, reference: [null], count: 1, seed: 3 };
    const [a = 0, b = 0] = (await peer.ask(told)).rows[0] ?? [];
    expect(levels).toContain(a);
    expect(a + b).toBeLessThan(most + 0.1);
    expect(a + 2 * b).toBeGreaterThan(most === 1 ? 1.5 : 0);
  }
  await expect(peer.ask({ rows: [], outcomes: [], reference: [null], count: 1, seed: 1 })).rejects.toThrow("Error");
  await peer.close();
});
