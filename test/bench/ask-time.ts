// Measures the CPU time of one ask with n trials in six dimensions, for one design and for a batch.
// Run: node test/bench/ask-time.ts [rounds]
import { Study, type Trial } from "@labloop/contracts";
import { createStudy } from "@labloop/optimizer";
import { tell } from "./figure.ts";

const rounds = Number(process.argv[2] ?? 3);
const names = ["a", "b", "c", "d", "e", "f"];
const study = Study.parse({
  parameters: names.map((name) => ({ kind: "continuous", name, min: 0, max: 1 })),
  objectives: [{ name: "y", goal: "maximise" }],
});

/** A fixed sequence in the unit cube: the fractional parts of multiples of square roots. */
function trial(i: number): Trial {
  const design = Object.fromEntries(
    names.map((name, k) => [name, (Math.sqrt([2, 3, 5, 7, 11, 13][k]!) * (i + 1)) % 1]),
  );
  const sum = names.reduce((total, name, k) => total + Math.sin((k + 2) * (design[name] as number)), 0);
  return { design, outcome: { status: "measured", values: { y: sum + 0.1 * Math.sin(997 * i) } } };
}

function askCpuMs(measured: number, count: number, round: number): number {
  const asked = createStudy(study, { seed: round });
  asked.tell(...Array.from({ length: measured }, (_, i) => trial(i)));
  const before = process.cpuUsage();
  asked.ask(count);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

askCpuMs(50, 1, 99);
const lines: string[] = [];
let hundred = 1;
for (const measured of [20, 50, 100, 200, 500, 1000]) {
  const median = (count: number) =>
    Array.from({ length: rounds }, (_, round) => askCpuMs(measured, count, round)).sort((x, y) => x - y)[
      Math.floor(rounds / 2)
    ]!;
  const one = median(1);
  if (measured === 100) hundred = one;
  lines.push(`n=${measured}: ${one.toFixed(0)} / ${median(4).toFixed(0)} / ${median(8).toFixed(0)}`);
}
tell({
  name: "ask, d=6, 1 / 4 / 8 designs",
  figure: `${lines.join(", ")} ms CPU`,
  ratio: `one at n=100 is ${hundred.toFixed(0)} ms`,
  how: `Median of ${rounds}: four Gaussian processes, about a thousand candidates spread over the cube and 720 near the leaders.`,
});
