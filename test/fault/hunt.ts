import { readMix } from "./mix.ts";
import { simulate } from "./simulate.ts";

// Runs seeds in order, the number of the first and of the last being given, until one has a finding; prints it as JSON.

const [from = "1", to = "5000"] = process.argv.slice(2);
const mix = readMix(new URL("mixes/standard.json", import.meta.url));
let found: { readonly seed: number; readonly findings: readonly string[] } | null = null;
for (let seed = Number(from); seed <= Number(to) && found === null; seed++) {
  const { findings } = await simulate({ seed, mix });
  if (findings.length > 0) found = { seed, findings };
}
process.stdout.write(`${JSON.stringify(found)}\n`);
