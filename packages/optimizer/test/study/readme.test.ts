import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("the example of the README runs as it stands, and finds a better design than most", () => {
  const folder = fileURLToPath(new URL("../..", import.meta.url));
  const readme = readFileSync(`${folder}/README.md`, "utf8");
  const example = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const script = example.replace("console.log(study.best())", "console.log(JSON.stringify(study.best()))");
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: folder,
    encoding: "utf8",
  });
  const best = JSON.parse(output);
  expect(Object.keys(best.design)).toEqual(["temperature", "catalyst", "solvent"]);
  expect(best.expected.value).toBeGreaterThan(60);
});
