import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { killingSeeds } from "./killing-seeds.ts";
import { mutants, noticedElsewhere } from "./mutants.ts";

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** What is found while the mutant's rule is taken out of the sources, by one of these seeds or by any of the first 5,000. */
function findings(number: number, seeds: readonly number[]): Promise<readonly string[]> {
  const args = ["--no-warnings", "--import", path("./mutate.ts"), path("./hunt.ts"), ...seeds.map(String)];
  return new Promise((resolve, reject) => {
    const env = { ...process.env, LABLOOP_MUTANT: String(number) };
    execFile(process.execPath, args, { env, maxBuffer: 1e8 }, (error, stdout, stderr) => {
      if (error !== null) return reject(new Error(stderr, { cause: error }));
      const found = JSON.parse(stdout) as { readonly seed: number; readonly findings: readonly string[] } | null;
      // Hunting takes minutes; whoever reads this can spare the next ones.
      if (found !== null && !seeds.includes(found.seed)) {
        console.info(`mutant ${number}: seed ${seeds.join(" or ")} does not notice it any more, ${found.seed} does`);
      }
      resolve(found?.findings ?? []);
    });
  });
}

test("every change of every mutant stands in its source exactly once", () => {
  for (const { number, edits } of mutants) {
    for (const { file, find } of edits) {
      const found = readFileSync(path(`../../${file}`), "utf8").split(find).length - 1;
      expect(found, `mutant ${number} in ${file}: ${find}`).toBe(1);
    }
  }
});

test("the contract's 28 mutants are each caught here, or by a test that is named", () => {
  const told = [...Object.keys(killingSeeds), ...Object.keys(noticedElsewhere)].map(Number).sort((a, b) => a - b);
  expect(told).toEqual([...new Set([...Array.from({ length: 28 }, (_, n) => n + 1), ...told])].sort((a, b) => a - b));
  expect(new Set(told).size).toBe(told.length);
  for (const { file, tests } of Object.values(noticedElsewhere)) {
    const source = readFileSync(path(`../../${file}`), "utf8");
    for (const name of tests) expect(source).toContain(`test("${name}"`);
  }
  expect(Math.max(...Object.values(killingSeeds).flat())).toBeLessThanOrEqual(5_000);
});

describe.concurrent("the simulation notices when", { timeout: 900_000 }, () => {
  for (const { number, what } of mutants) {
    const seeds = killingSeeds[number];
    if (seeds === undefined) continue;
    test(`${what} (mutant ${number}, seed ${seeds.join(" or ")})`, async () => {
      expect(await findings(number, seeds)).not.toEqual([]);
    });
  }
});
