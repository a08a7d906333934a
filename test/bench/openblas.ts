// Measures factor and inverse of a covariance by the optimizer's kernel and by OpenBLAS, in turn, one thread each. OpenBLAS comes
// with the SciPy of the peers (`npm run -s bench:peers` installs them); PYTHON names another interpreter that has it.
// Run: node test/bench/openblas.ts [batches]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { openWasm } from "../../packages/optimizer/src/kernel/open-wasm.ts";
import { tell } from "./figure.ts";
import { inverter } from "./inverter.ts";
import { peerPython } from "./peers/peer-python.ts";
import { percentile } from "./percentile.ts";

const batches = Number(process.argv[2] ?? 7);
const python = process.env["PYTHON"] ?? peerPython;
const LEAST_MS = 20;

const child = spawn(python, [join(import.meta.dirname, "openblas.py")], { stdio: ["pipe", "pipe", "ignore"] });
const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
const ready = await Promise.race([lines.next(), once(child, "error")]);

if (!("value" in ready) || ready.value !== "ready") {
  tell({
    name: "kernel v OpenBLAS",
    figure: "not measured",
    ratio: "none",
    how: "no Python with SciPy here, which brings OpenBLAS: `npm run -s bench:peers` installs it",
  });
} else {
  for (const n of [50, 100, 200, 500, 1000]) {
    const round = inverter(openWasm(), n);
    for (let i = 0; i < 3; i++) cpuMs(round);
    await blasMs(n);
    const pairs: { ours: number; blas: number }[] = [];
    for (let batch = 0; batch < batches; batch++) pairs.push({ ours: cpuMs(round), blas: await blasMs(n) });
    const median = (of: (pair: { ours: number; blas: number }) => number) => percentile(pairs.map(of), 0.5);
    tell({
      name: `factor and inverse v OpenBLAS, n = ${n}`,
      figure: `${Number(median(({ ours }) => ours).toPrecision(2))} ms CPU, OpenBLAS ${Number(median(({ blas }) => blas).toPrecision(2))}`,
      ratio: `${median(({ ours, blas }) => ours / blas).toFixed(1)} x OpenBLAS`,
      how: `wasm against SciPy's dpotrf and dpotri; median of ${batches} batches taken in turn of at least ${LEAST_MS} ms each`,
    });
  }
}
child.kill();

async function blasMs(n: number): Promise<number> {
  child.stdin.write(`${n} ${LEAST_MS}\n`);
  return Number((await lines.next()).value);
}

function cpuMs(round: () => void): number {
  let spent = 0;
  let rounds = 0;
  const before = process.cpuUsage();
  while (spent < LEAST_MS) {
    round();
    rounds++;
    const { user, system } = process.cpuUsage(before);
    spent = (user + system) / 1000;
  }
  return spent / rounds;
}
