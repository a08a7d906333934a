// Strikes as many rounds as asked for. Run: npm run test:chaos -- --rounds 500 --seed 7
// With `--mutant 4` drivers and engine run without that rule (test/fault/mutants.ts), which has to be found.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    mutant: { type: "string" },
  },
});
for (const [name, text] of Object.entries(values)) {
  if (/^\d+$/.test(text)) continue;
  console.error(`--${name} ${text} is not a whole number`);
  process.exit(2);
}
const { status } = spawnSync("npx", ["vitest", "run", "--project", "chaos"], {
  stdio: "inherit",
  env: {
    ...process.env,
    LABLOOP_CHAOS_ROUNDS: values.rounds,
    LABLOOP_CHAOS_SEED: values.seed,
    ...(values.mutant === undefined ? {} : { LABLOOP_CHAOS_MUTANT: values.mutant }),
  },
});
process.exitCode = status ?? 1;
