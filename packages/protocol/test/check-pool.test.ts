import { expect, test } from "vitest";
import { checkPool } from "../src/pool/index.ts";

const check = (pool: string, files: Record<string, string> = {}) =>
  checkPool({ file: "pool.yaml", text: pool }, (file) => {
    const text = files[file];
    if (text !== undefined) return { ok: true, value: { file, text } };
    return { ok: false, faults: [{ code: "file.notReadable", message: "there is no such file" }] };
  });

const head = "schemaVersion: 1\npool: p\ntable: t.csv\n";
const found = (outcome: ReturnType<typeof check>) =>
  outcome.ok ? [] : outcome.faults.map(({ code, file, line, column }) => [code, file, line, column]);

test("kinds and goals alone are enough: bounds, levels and options are those of the table", () => {
  const pool = `${head}inputs:\n  a: continuous\n  n: integer\n  l: levels\n  c: categorical\nobjectives:\n  y: minimise\n`;
  const outcome = check(pool, { "t.csv": "c,l,n,a,y,note\nx,3,1,.5,1e1,\nw,1,2,+2.,7,hm\nw,1,3,3,7,\n" });
  expect(outcome).toMatchObject({
    ok: true,
    value: {
      title: "p",
      replicates: "one",
      starts: 2,
      dropped: 0,
    },
  });
});

test("the study says what the document and the table say together", () => {
  const pool = `${head}starts: 1\ninputs:\n  a: {kind: continuous, unit: mm, min: 0}\n  l: levels\n  c: categorical\n  o: {kind: ordinal, levels: [low, 2]}\nobjectives:\n  y: minimise\n  q: {goal: maximise, levels: [bad, good]}\n`;
  const outcome = check(pool, {
    "t.csv": '\ufeffa,l,c,o,y,q\r\n1,3,"x, 1",low,10,bad\r\n2,1,w,2,7,good\r\n2,1,w,2,NA,good\r\n',
  });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.faults));
  expect(outcome.value.study.parameters).toEqual([
    { kind: "continuous", name: "a", unit: "mm", min: 0, max: 2, scale: "linear" },
    { kind: "levels", name: "l", unit: "1", levels: [1, 3] },
    { kind: "categorical", name: "c", unit: "1", options: ["w", "x, 1"], encoding: "hamming" },
    { kind: "ordinal", name: "o", unit: "1", levels: ["low", "2"] },
  ]);
  expect(outcome.value.rows).toEqual([
    { design: { a: 1, l: 3, c: "x, 1", o: "low" }, values: [10, 0] },
    { design: { a: 2, l: 1, c: "w", o: "2" }, values: [7, 1] },
  ]);
  expect(outcome.value.dropped).toBe(1);
});

test("descriptors are the columns of numbers that tell the options apart, by the key", () => {
  const pool = `${head}starts: 1\ninputs:\n  c: {kind: categorical, descriptors: {table: d.csv, key: id}}\nobjectives:\n  y: maximise\n`;
  const table = "c,y\na,1\nb,2\n";
  const outcome = check(pool, {
    "t.csv": table,
    "d.csv": "smiles,id,mass,same,odd\nCC,b,0.,1,x\nCO,a,91.,1,2\nN,z,3,9,1\n",
  });
  expect(outcome).toMatchObject({
    ok: true,
    value: { study: { parameters: [{ encoding: "descriptors", descriptors: { a: [91], b: [0] } }] } },
  });
  expect(found(check(pool, { "t.csv": table, "d.csv": "id,mass\na,1\n" }))).toEqual([
    ["pool.descriptorRows", "pool.yaml", 6, 59],
  ]);
});

test("every fault of document and table is told at once, with its place", () => {
  const pool = `${head}inputs:\n  a: continous\n  b: {kind: levels, optoins: [1]}\n  e: continuous\n  f: continuous\nobjectives:\n  y: maximize\n  z: maximise\n`;
  const outcome = check(pool, { "t.csv": "b,f,z,zz\n1,2,3,4\n1,two,3,4\n1,2,#,4\n" });
  expect(found(outcome)).toEqual([
    ["pool.kind", "pool.yaml", 5, 6],
    ["document.unknownKey", "pool.yaml", 6, 21],
    ["pool.columnMissing", "pool.yaml", 7, 3],
    ["pool.goal", "pool.yaml", 10, 6],
    ["pool.notNumber", "t.csv", 3, 3],
    ["pool.notNumber", "t.csv", 4, 5],
  ]);
  const hints = outcome.ok ? [] : outcome.faults.flatMap(({ hint }) => hint ?? []);
  expect(hints).toEqual(
    expect.arrayContaining(["did you mean 'continuous'?", "did you mean 'options'?", "did you mean 'maximise'?"]),
  );
});

test("a slip in the document's shape does not hide what is wrong in the rest of it, and in the table", () => {
  const pool = `${head}starts: 0\nreplicates: median\ninputs:\n  a: {kind: continuous, min: low}\n  b: continuous\n  f: ordinal\nobjectives:\n  y: max\n`;
  expect(found(check(pool, { "t.csv": "a,f,y\nx,2,3\n1,2,#\n" }))).toEqual([
    ["document.value", "pool.yaml", 4, 9],
    ["document.value", "pool.yaml", 5, 13],
    ["document.type", "pool.yaml", 7, 30],
    ["pool.columnMissing", "pool.yaml", 8, 3],
    ["pool.levels", "pool.yaml", 9, 3],
    ["pool.goal", "pool.yaml", 11, 6],
  ]);
});

test("whatever one place of a document holds, nothing that is right is called wrong beside it", () => {
  const lines = [
    "schemaVersion: 1",
    "pool: p",
    "table: t.csv",
    "starts: 1",
    "replicates: one",
    "inputs: {a: {kind: continuous, min: 0, step: 1}, c: {kind: categorical, options: [x, w]}, o: {kind: ordinal, levels: [l, m]}}",
    "constraints: [{kind: linear, terms: {a: 1}, max: 9}, {kind: cardinality, of: [a], atMost: 1}]",
    "objectives: {y: maximise, z: {goal: minimise, unit: mm}}",
  ];
  const table = { "t.csv": "a,c,o,y,z\n1,x,l,1,5\n2,w,m,3,4\n3,x,m,2,3\n" };
  expect(check(lines.join("\n"), table).ok).toBe(true);
  const places = lines.flatMap((line, i) =>
    [...line.matchAll(/(?<=[:[] ?)\w[\w.]*(?=[,}\]]|$)|(?<=, )\w+(?=\])/g)].map((match) => [i, match] as const),
  );
  expect(places.length).toBeGreaterThan(20);
  for (const [i, match] of places) {
    const before = lines[i] as string;
    const line = `${before.slice(0, match.index)}{}${before.slice(match.index + match[0].length)}`;
    const outcome = check(lines.with(i, line).join("\n"), table);
    expect([line, outcome.ok ? [] : outcome.faults.filter(({ code }) => !code.startsWith("document."))]).toEqual([
      line,
      [],
    ]);
  }
});

test("a name of a constraint is told beside what is wrong in the table, and rows that break another", () => {
  const pool = `${head}inputs: {a: continuous, b: continuous}\nconstraints: [{kind: mixture, of: [a, c]}, {kind: linear, terms: {a: 1}, max: 2}]\nobjectives: {y: maximise}\n`;
  const codes = (table: string) => found(check(pool, { "t.csv": table })).map(([code]) => code);
  expect(codes("a,b,y\n1,two,3\n")).toEqual(["pool.constraintName", "pool.notNumber"]);
  expect(codes("a,b,y\n1,0,3\n2,0,3\n3,0,4\n")).toEqual(["pool.constraintName", "pool.breaksConstraint"]);
});

test("names are the same whichever way their letters are composed", () => {
  const pool = `${head}starts: 1\ninputs: {Lösung: {kind: categorical, options: [Äther, Wasser]}}\nobjectives: {y: maximise}\n`;
  const table = "Lösung,y\nÄther,1\nWasser,2\n";
  for (const form of ["NFC", "NFD"] as const) {
    expect(check(pool, { "t.csv": table.normalize(form) })).toMatchObject({ ok: true });
    expect(check(pool.normalize(form), { "t.csv": table })).toMatchObject({ ok: true });
  }
});

test("values that have no average, as failures are sometimes written, are refused before any campaign", () => {
  const table = (value: string) => check(plain, { "t.csv": `a,y\n1,${value}\n2,-${value}\n3,0\n4,5\n` });
  expect(table("1e307").ok).toBe(true);
  const outcome = table("1.7976931348623157e308");
  expect(outcome.ok ? [] : outcome.faults).toMatchObject([
    { code: "pool.tooLarge", line: 5, hint: expect.stringContaining("leave the cell empty") },
  ]);
});

test("where too few designs are left, the rows that lack a value are counted", () => {
  const outcome = check(plain, { "t.csv": "a,y\n1,\n2,\n3,4\n" });
  expect(outcome.ok ? [] : outcome.faults).toMatchObject([
    { code: "pool.tooSmall", hint: expect.stringContaining("2 of the table's rows lack a value") },
  ]);
});

test.each([
  ["a key of another kind", "a: {kind: continuous, options: [x]}", "", "pool.keyOfOtherKind"],
  ["an ordinal input without levels", "o: ordinal", "", "pool.levels"],
  ["a value outside given bounds", "a: {kind: continuous, max: 1}", "", "pool.outOfBounds"],
  ["a fraction where whole numbers are said", "h: integer", "", "pool.outOfBounds"],
  ["an option that is not listed", "o: {kind: categorical, options: [x]}", "", "pool.unknownOption"],
  ["an objective that is an input", "y: continuous", "", "pool.inputAndObjective"],
  [
    "a constraint on no input",
    "a: continuous",
    "constraints: [{kind: linear, terms: {aa: 1}, max: 1}]\n",
    "pool.constraintName",
  ],
  [
    "rows that break a constraint",
    "a: continuous",
    "constraints: [{kind: linear, terms: {a: 1}, max: 1}]\n",
    "pool.breaksConstraint",
  ],
  [
    "parts that do not make the whole",
    "{a: continuous, h: continuous}",
    "constraints: [{kind: mixture, of: [a, h]}]\n",
    "pool.breaksConstraint",
  ],
  ["an objective that never changes", "a: continuous", "objectives: {k: maximise}\n", "pool.flat"],
  ["fewer designs than starts", "a: continuous", "starts: 9\n", "pool.tooSmall"],
  ["a table that is not there", "a: continuous", "table: u.csv\n", "file.notReadable"],
])("%s is refused", (_, input, more, code) => {
  const inputs = input.startsWith("{") ? `inputs: ${input}\n` : `inputs:\n  ${input}\n`;
  const lines = `${more.includes("objectives") ? "" : "objectives: {y: maximise}\n"}${more}`;
  const pool = `schemaVersion: 1\npool: p\n${more.includes("table") ? "" : "table: t.csv\n"}${inputs}${lines}`;
  const outcome = check(pool, { "t.csv": "a,h,o,y,k\n1,0.5,x,1,1\n2,1,x,2,1\n3,1.5,z,3,1\n" });
  expect(found(outcome).map(([first]) => first)).toContain(code);
});

test("a sum that is off by what rounding to two digits does is no fault", () => {
  const pool = `${head}inputs: {a: continuous, b: continuous}\nobjectives: {y: maximise}\nconstraints: [{kind: mixture, of: [a, b]}]\n`;
  expect(check(pool, { "t.csv": "a,b,y\n0.5,0.51,1\n0.5,0.49,2\n0,1,3\n" }).ok).toBe(true);
});

test("a table with semicolons is named for what it is", () => {
  const outcome = check(`${head}inputs: {a: continuous}\nobjectives: {y: maximise}\n`, { "t.csv": "a;y\n1;2\n" });
  expect(found(outcome)[0]).toEqual(["table.separator", "t.csv", 1, 1]);
});

test("a table that is not there is named", () => {
  const outcome = check(`${head}inputs: {a: continuous}\nobjectives: {y: maximise}\n`);
  expect(outcome.ok ? [] : outcome.faults.map(({ message, line }) => [message, line])).toEqual([
    ["t.csv: there is no such file", 3],
  ]);
});

test.each([
  ["one", "a,y,z\n1,49,0\n1,51,0\n2,51,1\n2,49,1\n3,50,4\n", "the mean of its readings"],
  ["mean", "a,y,z\n1,0.1,0\n1,0.2,0\n1,0.3,0\n2,0.3,1\n2,0.2,1\n2,0.1,1\n3,0.2,4\n", "the mean of its readings"],
  ["first", "a,y,z\n1,50,0\n1,51,0\n2,50,1\n2,52,1\n3,50,4\n", "the first of its readings"],
])("readings that vary around one value for all designs are flat: replicates %s", (replicates, table, truth) => {
  for (const more of ["", "\n  z: minimise"]) {
    const pool = `${head}replicates: ${replicates}\ninputs: {a: continuous}\nobjectives:\n  y: maximise${more}\n`;
    const outcome = check(pool, { "t.csv": table });
    expect(found(outcome)).toEqual([["pool.flat", "pool.yaml", 7, 3]]);
    expect(outcome.ok ? "" : outcome.faults[0]?.message).toContain(truth);
  }
});

test("designs of which each is the worst in something have no front, and are refused", () => {
  const pool = `${head}starts: 1\ninputs: {a: continuous}\nobjectives:\n  y: maximise\n  z: minimise\n`;
  expect(found(check(pool, { "t.csv": "a,y,z\n1,9,7\n2,3,1\n3,3,7\n" }))).toEqual([
    ["pool.noFront", "pool.yaml", 7, 3],
  ]);
  expect(check(pool, { "t.csv": "a,y,z\n1,9,7\n2,3,1\n3,4,6\n" }).ok).toBe(true);
});

test.each([
  ["a value below its bounds", "inputs: {a: {kind: continuous, min: 2}}", "pool.outOfBounds", "widen min"],
  ["a value above its bounds", "inputs: {a: {kind: continuous, max: 2}}", "pool.outOfBounds", "widen max"],
  ["a level that is not listed", "inputs: {a: {kind: levels, levels: [1, 2]}}", "pool.outOfBounds", "levels: 1, 2"],
  ["a fraction", "inputs: {h: integer}", "pool.outOfBounds", "kind: continuous"],
  ["what has no logarithm", "inputs: {h: {kind: continuous, scale: log}}", "pool.outOfBounds", "leave out scale: log"],
  ["too few designs", "inputs: {a: continuous}\nstarts: 3", "pool.tooSmall", "add experiments"],
  [
    "names that YAML takes for more",
    "inputs: {o: {kind: categorical, options: [true]}}",
    "document.type",
    '"true" in quotes',
  ],
  ["an input without its kind", "inputs: {a: {unit: mm}}", "document.missing", "one of continuous, integer"],
  ["a shortened goal", "objectives: {y: max}", "pool.goal", "did you mean 'maximise'?"],
  [
    "a shortened goal of an objective with more to it",
    "objectives: {y: {goal: min}}",
    "document.value",
    "did you mean 'minimise'?",
  ],
  ["what may be short for either goal", "objectives: {y: m}", "pool.goal", "goals: maximise, minimise"],
  ["a goal for which there is none", "objectives: {y: target}", "pool.goal", "the distance to it"],
  ["a target", "objectives: {y: {goal: target, target: 5}}", "document.value", "the distance to it"],
])("%s is refused with what would mend it", (_, lines, code, hint) => {
  const inputs = lines.includes("inputs") ? "" : "inputs: {a: continuous}\n";
  const objectives = lines.includes("objectives") ? "" : "objectives: {y: maximise}\n";
  const outcome = check(`${head}${inputs}${objectives}${lines}\n`, {
    "t.csv": "a,h,o,y\n1,0.5,x,1\n2,0,x,2\n3,1,z,3\n",
  });
  const hints = outcome.ok ? [] : outcome.faults.filter((fault) => fault.code === code).map((fault) => fault.hint);
  expect(hints.join()).toContain(hint);
});

test("what a key at the top must hold is told where it is missing or too small", () => {
  const told = (document: string) => {
    const outcome = check(document, { "t.csv": "a,y\n1,1\n2,2\n3,3\n" });
    return outcome.ok ? [] : outcome.faults.map(({ message, hint }) => `${message}: ${hint ?? ""}`);
  };
  const rest = "table: t.csv\ninputs: {a: continuous}\nobjectives: {y: maximise}\n";
  expect(told(rest)).toEqual([
    "the key 'schemaVersion' is missing here: add schemaVersion: 1",
    "the key 'pool' is missing here: add pool: with a text",
  ]);
  expect(told(`${head}${rest.slice("table: t.csv\n".length)}starts: 0\n`)).toEqual(["'starts' must be at least 1: "]);
});

test("bounds that no value can keep are one fault, at the bound", () => {
  const pool = `${head}inputs:\n  a: {kind: continuous, min: 200, max: 1}\nobjectives: {y: maximise}\n`;
  expect(found(check(pool, { "t.csv": "a,y\n1,1\n2,2\n3,3\n" }))).toEqual([["pool.rangeEmpty", "pool.yaml", 5, 30]]);
});

test("an element of a list is told by the list and its position", () => {
  const pool = `${head}inputs: {o: {kind: categorical, options: [x, true]}}\nobjectives: {y: maximise}\n`;
  const outcome = check(pool, { "t.csv": "o,y\nx,1\ntrue,2\n" });
  expect(outcome.ok ? "" : outcome.faults[0]?.message).toBe("'options' in position 2 is true, which cannot stand here");
});

const plain = `${head}inputs: {a: continuous}\nobjectives: {y: maximise}\n`;

test.each([
  ["1,5", "write 1.5, with a decimal point"],
  ["1,234", "write 1234 where the comma parts thousands, 1.234 where it is a decimal one"],
  ["1,234.5", "write the number without anything between thousands"],
  ["12 345", "write the number without anything between thousands"],
  ["63%", "write 63, and leave the unit to the header"],
  ["25 °C", "write 25, and leave the unit to the header"],
  ["1e-3 mol/L", "write 1e-3, and leave the unit to the header"],
  ["3 ± 0.4", "write 3 alone"],
  ["<5", "write the number that it shall count as, or leave the cell empty"],
  ["\u22124.2", "write -4.2, with a hyphen for the minus sign"],
  ["failed", "leave the cell empty for an experiment that gave no number"],
])("the cell %s, which is no number, is told what to write instead", (cell, hint) => {
  const outcome = check(plain, { "t.csv": `a,y\n1,1\n2,"${cell}"\n3,3\n` });
  expect(outcome.ok ? [] : outcome.faults).toMatchObject([{ code: "pool.notNumber", line: 3, column: 3, hint }]);
});

test.each([
  ["semicolons", "a;y\n1,5;2\n", "table.separator", "semicolons"],
  ["semicolons beside a comma", "a, b;y;z\nx, y;1;2\n", "table.separator", "semicolons"],
  ["tabs", "a\ty\n1\t2\n", "table.separator", "tabs"],
  ["a line for Excel", "sep=,\na,y\n1,2\n", "table.separator", "Excel"],
  ["carriage returns", "a,y\r1,2\r", "table.lineEnd", "carriage return"],
  ["a carriage return behind a quote", 'a,"y"\r1,2\r', "table.lineEnd", "carriage return"],
])("a table written with %s is one fault that says so, and what to do", (_, table, code, message) => {
  const outcome = check(plain, { "t.csv": table });
  expect(outcome.ok ? [] : outcome.faults).toMatchObject([
    { code, message: expect.stringContaining(message), hint: expect.stringMatching(/save|delete/) },
  ]);
});

test("semicolons and tabs inside cells, quoted or not, are no separators", () => {
  const table = 'a,y,"s;t;u;v",p;q;r\n1,1,x,x\n2,2,"y;z",\n3,3,\t,w\n';
  expect(check(plain, { "t.csv": table })).toMatchObject({ ok: true });
});

const remarksOf = (outcome: ReturnType<typeof check>) =>
  outcome.ok ? outcome.value.remarks : outcome.faults.map(({ message }) => message);

test("descriptors that an option lacks are left out, and said so", () => {
  const pool = `${head}starts: 1\ninputs:\n  c: {kind: categorical, descriptors: {table: d.csv, key: id}}\nobjectives:\n  y: maximise\n`;
  const remarks = (table: string) => remarksOf(check(pool, { "t.csv": "c,y\na,1\nb,2\n", "d.csv": table }));
  expect(remarks("id,smiles,mass,cone,pka\na,CC,1,,3\nb,CO,2,4,n/a\n")).toEqual([
    "Of 'c' 2 descriptors are left out, for want of a number in d.csv: cone (of a), pka (of b).",
  ]);
  // What an option that does not occur lacks, texts, and what is the same for all, are nothing that is missed.
  expect(remarks("id,smiles,mass,same\na,CC,1,5\nb,CO,2,5\nz,,,\n")).toEqual([]);
});

test("rows that a column of states calls something else than measured are told to count as measured", () => {
  const remarks = (table: string) => remarksOf(check(plain, { "t.csv": table }));
  expect(remarks("Status,a,y\ninfeasible,1,0\nok,2,5\nfailed,3,\nmeasured,4,6\ninfeasible,5,0\n")).toEqual([
    "2 rows count as measured whatever 'Status' says (infeasible): an empty cell in an objective leaves a row out.",
  ]);
  expect(remarks("status,a,y\nok,1,0\n,2,5\nMEASURED,3,4\n")).toEqual([]);
  const used = `${head}inputs: {a: continuous, status: categorical}\nobjectives: {y: maximise}\n`;
  expect(remarksOf(check(used, { "t.csv": "status,a,y\nfailed,1,0\nok,2,5\nok,3,4\n" }))).toEqual([]);
});
