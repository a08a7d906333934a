// Prints the CPU time of one proposal: `node test/bench/optimizer-proposal.ts`. 600 candidates in four dimensions, four pending.
import type { Point, ProposeRequest } from "@labloop/contracts";
import { propose } from "../../packages/optimizer/src/index.ts";

const names = ["a", "b", "c", "d"];
const levels = [5, 5, 6, 4];
const candidates: Point[] = Array.from({ length: 600 }, (_, index) => {
  let rest = index;
  return Object.fromEntries(
    names.map((name, i) => {
      const level = rest % levels[i]!;
      rest = Math.floor(rest / levels[i]!);
      return [name, level / (levels[i]! - 1)];
    }),
  );
});

function request(measured: number, seed: number): ProposeRequest {
  const shuffled = candidates.map((_, i) => candidates[(i * 271 + seed * 37) % candidates.length]!);
  return {
    space: { parameters: names.map((name) => ({ name, unit: "", min: 0, max: 1 })) },
    objective: { name: "y", unit: "", goal: "maximise" },
    candidates,
    measurements: shuffled.slice(0, measured).map((parameters, i) => {
      const [a, b, c, d] = names.map((name) => parameters[name]!) as [number, number, number, number];
      return { parameters, value: Math.sin(5 * a) * b + c * d + 0.2 * Math.sin(997 * i) };
    }),
    pending: shuffled.slice(measured, measured + 4),
    seed,
  };
}

const ROUNDS = 30;
for (const measured of [20, 40, 60, 100, 200]) {
  for (let seed = 0; seed < 10; seed++) propose(request(measured, seed));
  const before = process.cpuUsage();
  for (let seed = 10; seed < 10 + ROUNDS; seed++) propose(request(measured, seed));
  const { user, system } = process.cpuUsage(before);
  console.log(`${measured} measurements: ${((user + system) / 1000 / ROUNDS).toFixed(1)} ms CPU a proposal`);
}
