import { readMix } from "./mix.ts";
import { simulate } from "./simulate.ts";

// Runs the seeds whose numbers are given, if any are, and then all from 1 to 5,000, until one has a finding; prints it as JSON.
// A seed that noticed a mutant once may not do so any more when the sources have changed; another one will.

const mix = readMix(new URL("mixes/standard.json", import.meta.url));
const first = process.argv.slice(2).map(Number);
let found: { readonly seed: number; readonly findings: readonly string[] } | null = null;
for (const seed of [...first, ...Array.from({ length: 5_000 }, (_, index) => index + 1)]) {
  const { findings } = await simulate({ seed, mix });
  if (findings.length === 0) continue;
  found = { seed, findings };
  break;
}
process.stdout.write(`${JSON.stringify(found)}\n`);
