import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadHistory } from "../../src/propose/load-history.ts";
import { loadStudy } from "../../src/propose/load-study.ts";

const folder = mkdtempSync(join(tmpdir(), "labloop-listed-"));
afterAll(() => rmSync(folder, { recursive: true }));

const head = `parameters:
  - { kind: continuous, name: a, min: 0, max: 1 }
  - { kind: continuous, name: b, min: 0, max: 1 }
constraints: [{ kind: mixture, of: [a, b] }]
objectives: [{ name: yield, goal: maximise }]
`;

/** Writes files into the folder and returns what the study of them says. */
function load(files: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const file = join(folder, "study.yaml");
  return loadStudy(file, { file: "study.yaml", text: files["study.yaml"] ?? "" });
}

const placesOf = (faults: ReturnType<typeof loadStudy>["faults"]) =>
  faults.map(({ file = "", line, code }) => `${file.split("/").at(-1)}:${line} ${code}`);

test("what can be made may be a table beside the study, of 100,000 designs", () => {
  const rows = Array.from({ length: 100_000 }, (_, i) => `${i},${i / 1e6},${1 - i / 1e6}`);
  writeFileSync(join(folder, "data.csv"), "a,b,yield\n0.05,0.95,3\n");
  const { study } = load({ "study.yaml": `${head}candidates: list.csv\n`, "list.csv": `id,a,b\n${rows.join("\n")}\n` });
  expect(study?.candidates).toHaveLength(100_000);
  expect(study?.candidates?.[99_999]).toEqual({ a: 0.099999, b: 0.900001 });
  const history = loadHistory(join(folder, "study.yaml"), join(folder, "data.csv"));
  expect(history.ok && history.value.study.candidates?.length).toBe(100_000);
});

test("what is wrong with a table of what can be made is told by its lines, with all else that is wrong", () => {
  const study = `${head}candidates: list.csv\nrelated: [{ task: a, table: lost.csv }]\n`;
  const listed = (list: string) => placesOf(load({ "study.yaml": study, "list.csv": list }).faults);
  const lost = "study.yaml:7 file.notReadable";
  expect(listed("a,b\n0.5,0.5\n\n0.5,0.4\n0.5,0.5\n")).toEqual([
    "list.csv:4 design.mixture",
    "list.csv:5 study.candidateTwice",
    lost,
  ]);
  expect(listed("a,b\nx,0.5\n0.5,y\n")).toEqual(["list.csv:2 trial.notANumber", "list.csv:3 trial.notANumber", lost]);
  expect(listed('a,b\n"0,5\n')).toEqual(["list.csv:2 table.syntax", lost]);
  const named = load({ "study.yaml": study.replace("list.csv", "none.csv") });
  expect(placesOf(named.faults)).toEqual(["study.yaml:6 file.notReadable", lost]);
  writeFileSync(join(folder, "bad.csv"), "a,b,yield\nx,1,2\n");
  const history = loadHistory(join(folder, "study.yaml"), join(folder, "bad.csv"));
  expect(history.ok ? [] : placesOf(history.faults)).toContain("bad.csv:2 trial.notANumber");
});

test("a list in a study whose sums were rounded is refused, by check as by propose", () => {
  const { faults } = load({ "study.yaml": `${head}candidates: [{ a: 0.333, b: 0.666 }]\n` });
  expect(placesOf(faults)).toEqual(["study.yaml:6 design.mixture"]);
});
