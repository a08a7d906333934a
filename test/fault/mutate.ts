import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";
import { type Mutant, mutants } from "./mutants.ts";

// `node --import ./test/fault/mutate.ts` with the number of a mutant in LABLOOP_MUTANT: the sources are loaded with that
// rule taken out. A change whose text does not stand in its file exactly once stops the process.

/** Returns the source with the mutant's changes of this file; throws when one of them does not apply exactly once. */
function mutated(mutant: Mutant, file: string, source: string): string {
  return mutant.edits
    .filter((edit) => edit.file === file)
    .reduce((text, { find, replace }) => {
      const found = text.split(find).length - 1;
      if (found !== 1) throw new Error(`mutant ${mutant.number}: found ${found} times in ${file}: ${find}`);
      return text.replace(find, () => replace);
    }, source);
}

const wanted = process.env["LABLOOP_MUTANT"];
const mutant = mutants.find(({ number }) => String(number) === wanted);
if (wanted !== undefined && mutant === undefined) throw new Error(`there is no mutant ${wanted}`);
if (mutant !== undefined) {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  // All of them at once, so that a change that does not apply is told before anything has run.
  const changed = new Map(
    mutant.edits.map(({ file }) => [root + file, mutated(mutant, file, readFileSync(root + file, "utf8"))]),
  );
  registerHooks({
    load(url, context, next) {
      const source = url.startsWith("file:") ? changed.get(fileURLToPath(url)) : undefined;
      if (source === undefined) return next(url, context);
      return { format: "module", source: stripTypeScriptTypes(source), shortCircuit: true };
    },
  });
}
