import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "labloop-propose-"));
afterAll(() => rmSync(folder, { recursive: true }));

const study = `parameters:
  - { kind: continuous, name: temperature, unit: °C, min: 20, max: 120, step: 5 }
  - { kind: categorical, name: solvent, options: [water, ethanol, toluene] }
constraints:
  - { kind: expression, expression: temperature * 2, max: 200 }
objectives:
  - { name: yield, unit: "%", goal: maximise }
`;
const data = `day,temperature,solvent,yield,status
Mon,20,water,12,
Mon,60,water,31.5,
Tue,80,ethanol,64,
Tue,95,ethanol,60.5,
Wed,40,toluene,<5,
Wed,110,toluene,,infeasible
Thu,70,ethanol,58,
Thu,85,ethanol,,pending
`;

interface Told {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function labloop(files: { study: string; data: string }, ...flags: string[]): Promise<Told> {
  writeFileSync(join(folder, "study.yaml"), files.study);
  writeFileSync(join(folder, "data.csv"), files.data);
  const args = [main, "propose", "study.yaml", "data.csv", ...flags];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

test("a table of old experiments gives proposals, a reason for each and the best so far", async () => {
  const { code, stdout, stderr } = await labloop({ study, data }, "--count", "3");
  expect(code).toBe(0);
  expect(stderr).toContain("6 measured, 1 infeasible, 0 broken, 1 being made");
  expect(stderr).toContain("columns that the study does not name: day");
  const lines = stdout.split("\n");
  expect(lines[0]).toMatch(/^ +temperature \(°C\) +solvent +yield \(%\), expected$/);
  expect(lines.slice(1, 4).every((line, i) => line.startsWith(String(i + 1)))).toBe(true);
  expect(lines.filter((line) => /^[123]: /.test(line))).toHaveLength(3);
  const told = lines.slice(5);
  expect(told.filter((line) => line.length > 80)).toEqual([]);
  for (const said of [
    "nearest measured",
    "would have been chosen",
    "the probability that it can be made is",
    "expected gain|explored",
  ]) {
    expect(told.filter((line) => new RegExp(`^ {3}- .*(${said})`).test(line)).length).toBeLessThanOrEqual(3);
    expect(told.join(" ").replaceAll(/ +/g, " ")).toMatch(new RegExp(said));
  }
  expect(told.filter((line) => line === "how far to trust it:")).toHaveLength(1);
  expect(told.join(" ")).toContain("what matters to the model: ");
  expect(stdout).toMatch(/best so far: yield \(%\) [\d.]+ \[.*\] at temperature 80 °C, solvent\nethanol/);
});

const blends = `parameters:
  - { kind: continuous, name: temperature, unit: °C, min: 20, max: 120, step: 5 }
  - { kind: levels, name: hours, unit: h, levels: [1, 2, 4, 8] }
objectives:
  - { name: yield, unit: "%", goal: maximise, desirability: { worst: 20, best: 90 } }
  - { name: waste, unit: g, goal: minimise, desirability: { worst: 9, best: 1, weight: 2 } }
outcomeConstraints:
  - { name: pressure, unit: bar, max: 4 }
cost: { expression: hours + 0.5, unit: h }
`;
const blended = `temperature,hours,yield,waste,pressure
${[20, 45, 70, 95, 120].flatMap((heat) => [1, 2, 4, 8].map((hours) => `${heat},${hours},${20 + heat / 2 + hours},${heat / 20 + hours / 2},${heat / 25}`)).join("\n")}
`;

test("of one objective it is told how likely ten more experiments gain a twentieth of what was read, and what is lost at most by stopping", async () => {
  const { stdout } = await labloop({ study, data });
  const words = stdout.replaceAll(/\s+/g, " ");
  expect(words).toMatch(
    /10 more experiments: one better by more than 2.6 % with a probability of about \d+ %; stopping now loses at most [\d.]+ %, with 95 % confidence sha256/,
  );
  const { stdout: json } = await labloop({ study, data }, "--json");
  const { ahead } = JSON.parse(json) as { ahead: Record<string, number> };
  expect(ahead).toMatchObject({ experiments: 10, gain: 2.6, confidence: 0.95 });
});

test("of a front it is told how likely ten more experiments add a twentieth of its hypervolume, once and not as a reason; of a desirability nothing", async () => {
  const heats = [20, 40, 60, 80, 100];
  const files = {
    study: `${study}  - { name: waste, unit: g, goal: minimise }\n`,
    data: `temperature,solvent,yield,waste\n${heats.map((heat) => `${heat},ethanol,${heat / 2},${heat / 10}`).join("\n")}\n`,
  };
  const { stdout } = await labloop(files, "--count", "2");
  const words = stdout.replaceAll(/\s+/g, " ");
  expect(words).toMatch(
    /10 more experiments: a front wider by more than 5 % of the present hypervolume with a probability of about \d+ %; stopping now loses at most [\d.]+ % of the present hypervolume, with 95 % confidence sha256/,
  );
  expect(words.split("more experiments")).toHaveLength(2);
  const { stdout: json } = await labloop(files, "--json");
  expect((JSON.parse(json) as { ahead: object }).ahead).toMatchObject({ gain: 0.05, shareOf: "hypervolume" });
  const desirable = await labloop({ study: blends, data: blended });
  expect([desirable.code, desirable.stdout.includes("more experiments")]).toEqual([0, false]);
});

test("desirabilities, bounds on what is measured and costs are followed and told of", async () => {
  const { code, stdout } = await labloop({ study: blends, data: blended });
  expect(code).toBe(0);
  const told = stdout.replaceAll(/\s+/g, " ");
  expect(told).toContain("it is expected to gain most in desirability");
  expect(told).toMatch(/it takes [\d.]+ h, and gains are compared per h/);
  expect(told).toMatch(/the probability that it keeps its bounds is (?:more than )?[\d.]+ %/);
  expect(told).toMatch(/best so far: desirability 0\.\d+ \[0.*\] at temperature/);
  expect(told).toContain("- waste: what matters to the model: ");
  const json = JSON.parse((await labloop({ study: blends, data: blended }, "--json")).stdout);
  expect(json.proposals[0].explanation.map(({ aspect }: { aspect: string }) => aspect)).toEqual(
    expect.arrayContaining(["gain", "chance", "cost", "neighbours", "swap", "importances", "calibration"]),
  );
});

test("nothing is learned from rows with another value of what the study does not vary, and they are named by line", async () => {
  const fixed = study.replace(
    "max: 120, step: 5",
    "max: 120, step: 5 }\n  - { kind: continuous, name: pressure, min: 2, max: 2",
  );
  const rows =
    "temperature,solvent,pressure,yield\n20,water,2,12\n60,water,2,31.5\n80,ethanol,9,99\n80,ethanol,2,64\n40,water,2,22\n";
  const told = await labloop({ study: fixed, data: rows }, "--json");
  expect(told.code).toBe(0);
  const answer = JSON.parse(told.stdout);
  expect(answer).toMatchObject({ elsewhere: [4], outside: [] });
  expect(answer.best.design).toEqual({ temperature: 80, solvent: "ethanol", pressure: 2 });
  expect(answer.best.expected.value).toBeLessThan(80);
  const text = await labloop({ study: fixed, data: rows });
  expect(text.stderr).toContain("line 4: what the study does not vary had another value there");
  expect(text.stdout.replaceAll(/\s+/g, " ")).toContain("1 trial had another value of what the study does not vary");
});

test("rows that the study does not allow are named by line, and of several objectives the front is listed", async () => {
  const fronts = study.replace("goal: maximise }", "goal: maximise }\n  - { name: waste, unit: g, goal: minimise }");
  const rows = [
    "20,water,12,4",
    "60,water,31.5,5",
    "80,ethanol,64,9",
    "140,ethanol,90,1",
    "95,toluene,50,2",
    "110,water,99,1",
  ];
  const told = await labloop({ study: fronts, data: `temperature,solvent,yield,waste\n${rows.join("\n")}\n` });
  expect(told.stderr).toContain("lines 5, 7: outside what the study allows");
  const [, listed = ""] = told.stdout.split("front so far:\n");
  expect(listed).toMatch(/^ +temperature \(°C\) +solvent +yield \(%\) +waste \(g\)\n/);
  const designs = listed
    .split("\n")
    .flatMap((line) => /^ +(\d+) +(\w+) +[\d.]+ \[/.exec(line)?.slice(1, 3).join(" ") ?? []);
  expect(designs).toEqual(["80 ethanol", "95 toluene"]);
});

test("the table that was printed can be filled in, and where objectives are read at different designs each is learned from, and it is said", async () => {
  const several = `${study}  - { name: mass, unit: g, goal: minimise }\n`;
  const half = [20, 40, 60, 80, 100].flatMap((heat, i) => [
    `${heat},water,${10 + 9 * i},`,
    `${heat},ethanol,,${1 + 0.1 * i}`,
  ]);
  const { code, stdout } = await labloop({
    study: several,
    data: `temperature (°C),solvent,yield (%),mass (g)\n${half.join("\n")}\n,,,\n`,
  });
  const told = stdout.replaceAll(/\s+/g, " ");
  expect(code).toBe(0);
  expect(told).toContain("yield: 5 of 10 measured designs lack a reading of it: its model does not know them");
  expect(told).toContain("mass: 5 of 10 measured designs lack a reading of it");
  expect(told).not.toContain("drawn at random");
  expect(told).toContain("front so far: none; nothing read in every objective is allowed");
});

test("equal files and seeds give equal bytes, and what is proposed is new, not being made, and allowed", async () => {
  const [one, other] = [
    await labloop({ study, data }, "--count", "4", "--json"),
    await labloop({ study, data }, "--count", "4", "--json"),
  ];
  expect(other.stdout).toBe(one.stdout);
  const answer = JSON.parse(one.stdout);
  expect(answer).toMatchObject({ v: 1, ok: true, seed: 1, trials: 7, pending: 1, ignored: ["day"] });
  expect(answer.hash).toMatch(/^[0-9a-f]{64}$/);
  const designs = answer.proposals.map(
    ({ design }: { design: Record<string, string> }) => `${design["temperature"]} ${design["solvent"]}`,
  );
  expect(new Set(designs).size).toBe(4);
  for (const design of designs) {
    expect(Number(design.split(" ")[0])).toBeLessThanOrEqual(100);
    expect([
      "20 water",
      "60 water",
      "80 ethanol",
      "95 ethanol",
      "40 toluene",
      "110 toluene",
      "70 ethanol",
      "85 ethanol",
    ]).not.toContain(design);
  }
});

test("everything that is wrong with both files is said at once, with file, line and column", async () => {
  const broken = {
    study: study.replace("temperature * 2", "temperature * warmth").replace("max: 120", "max: 10"),
    data: data.replace("31.5", "NaN").replace("Tue,80,ethanol", "Tue,80,acetone"),
  };
  const { code, stderr } = await labloop(broken);
  expect(code).toBe(3);
  const told = stderr.split("\n").filter((line) => /^(study|data)/.test(line));
  expect(told.map((line) => /^\S+/.exec(line)?.[0])).toEqual([
    "study.yaml:2:5:",
    "study.yaml:5:51:",
    "data.csv:3:",
    "data.csv:4:",
  ]);
  expect(told[0]).toContain("[study.rangeEmpty]");
  expect(told[1]).toContain("[study.nameUnknown]");
  expect(told[2]).toContain('row 3: "yield" is "NaN", not a finite number');
  expect(told[3]).toContain('row 4: "solvent" is "acetone"');
  const asJson = JSON.parse((await labloop(broken, "--json")).stdout);
  expect(asJson).toMatchObject({ v: 1, ok: false, faults: { length: 4 } });
});

test("a study and a table that cannot even be read are told together", async () => {
  const { code, stderr } = await labloop({ study: "parameters: [", data: '"a' });
  expect(code).toBe(3);
  expect(stderr).toContain("study.yaml:1:");
  expect(stderr).toContain("data.csv:1:1:");
});

const earlier = `temperature,solvent,yield
${[30, 50, 70, 90].flatMap((heat) => ["water", "ethanol", "toluene"].map((solvent) => `${heat},${solvent},${heat + (solvent === "ethanol" ? 40 : 0)}`)).join("\n")}
`;

test("earlier campaigns that a study names guide it before it has a reading of its own", async () => {
  writeFileSync(join(folder, "earlier.csv"), earlier);
  const related = `${study}related:\n  - { task: spring, table: earlier.csv }\n`;
  const { code, stdout, stderr } = await labloop({ study: related, data: "temperature,solvent,yield\n" }, "--json");
  expect(code).toBe(0);
  expect(stderr).toBe("");
  const answer = JSON.parse(stdout);
  expect(answer).toMatchObject({ trials: 0, related: 12, best: null });
  expect(answer.proposals[0].explanation).toContainEqual(
    expect.objectContaining({ aspect: "related", why: expect.stringContaining("draws on related campaigns (spring") }),
  );
  const told = await labloop({ study: related, data }, "--count", "1");
  expect(told.stderr).toContain('earlier.csv: 12 measured by the related campaign "spring"');
});

test("what is wrong with a related campaign is said with its file and line, and a name that stands twice too", async () => {
  writeFileSync(join(folder, "earlier.csv"), earlier.replace("30,toluene,30", "30,benzene,30"));
  const twice = `${study}related:
  - { task: spring, table: earlier.csv }
  - { task: spring, table: earlier.csv }
  - { task: autumn, table: missing.csv }
`;
  const { code, stderr } = await labloop({ study: twice, data });
  expect(code).toBe(3);
  expect(stderr).toMatch(/earlier\.csv:4: .*"solvent" is "benzene"/);
  expect(stderr).toMatch(/study\.yaml:10:13: .*two related campaigns are called "spring"/);
  expect(stderr).toContain("missing.csv: there is no such file");
});

test("a study that asks for networks is told what trained them, what was passed over, and how they were judged", async () => {
  const rows = Array.from({ length: 10 }, (_, i) => `Mon,${20 + 5 * i},ethanol,${10 + i * i},`);
  const files = {
    study: `${study}surrogate: { neural: on }\n`,
    data: ["day,temperature,solvent,yield,status", ...rows].join("\n"),
  };
  const { code, stdout } = await labloop(files, "--json");
  expect(code).toBe(0);
  const { neural, models } = JSON.parse(stdout);
  expect(neural.reason).toMatch(
    /^10 networks were trained on 10 designs by TensorFlow.js, back end (tensorflow|wasm|cpu)$/,
  );
  expect(neural.networks).toMatch(/^[0-9a-f]{64}$/);
  expect(neural.tried.at(-1)).toMatchObject({ taken: true });
  expect(models[0].neural).toMatchObject({ looDensity: expect.any(Number), rivalDensity: expect.any(Number) });
});

test("a study that asks for networks before there is enough to learn from is told so, and gets its proposals", async () => {
  const { code, stdout } = await labloop({ study: `${study}surrogate: { neural: auto }\n`, data });
  expect(code).toBe(0);
  expect(stdout).toContain('no networks were trained: 6 designs were measured, and with "auto" it takes 100');
});

test("an option that networks do not have is a fault with its line", async () => {
  const { code, stderr } = await labloop({ study: `${study}surrogate: { neural: maybe }\n`, data });
  expect(code).not.toBe(0);
  expect(stderr).toContain("study.yaml:8");
});

test("a quantity that has no column is named: of a bound that was never read nothing is known", async () => {
  const bounded = `${study}outcomeConstraints:\n  - { name: presure, unit: bar, max: 4 }\n`;
  const { code, stderr } = await labloop({ study: bounded, data });
  expect(code).toBe(0);
  expect(stderr).toContain("no column for presure: nothing is known of it");
  const { stdout } = await labloop({ study: bounded, data }, "--json");
  expect(JSON.parse(stdout)).toMatchObject({ lacking: ["presure"] });
});

test("a slip of the decimal point is told with what the others foretell, is not the best so far, and is to be measured again", async () => {
  const rows = Array.from({ length: 22 }, (_, i) => {
    const temperature = 20 + 5 * ((8 * i) % 21);
    const solvent = i % 2 === 0 ? "water" : "ethanol";
    const read = (i % 2 === 0 ? 60 : 75) - ((temperature - 80) / 12) ** 2 / 2 + Math.sin(97 * i);
    return `${temperature},${solvent},${((i === 8 ? 10 : 1) * read).toFixed(1)}`;
  });
  const { code, stdout } = await labloop({ study, data: ["temperature,solvent,yield", ...rows, ""].join("\n") });
  expect(code).toBe(0);
  const words = stdout.replaceAll(/\s+/g, " ");
  const [temperature, solvent, read] = (rows[8] ?? "").split(",");
  expect(words).toContain(
    `what was read at temperature ${temperature}, solvent ${solvent}, ${Math.round(Number(read))} %, is far above the`,
  );
  expect(words).toContain("1: measured again, since it would be the best and the other readings do not explain");
  expect(words).toMatch(new RegExp(`^ temperature .* expected 1 ${temperature} ${solvent} `));
  expect(words).toMatch(/best so far: [^:]* at temperature \d+ °C, solvent ethanol \d+ more experiments/);
});

test("before anything was measured here that is why nothing is the best so far", async () => {
  writeFileSync(join(folder, "earlier.csv"), "temperature,solvent,yield\n20,water,1\n60,water,3\n80,ethanol,5\n");
  const related = `${study}related:\n  - { task: spring, table: earlier.csv }\n`;
  const { stdout } = await labloop({ study: related, data: "temperature,solvent,yield\n" });
  expect(stdout).toContain("best so far: none; nothing was measured yet\n");
});

test("a table of a related campaign that is not there is missed where the study names it", async () => {
  const { code, stderr } = await labloop({ study: `${study}related:\n  - { task: a, table: lost.csv }\n`, data });
  expect(code).toBe(3);
  expect(stderr).toContain("study.yaml:9:23: lost.csv: there is no such file [file.notReadable]");
});

const few = `parameters:
  - { kind: categorical, name: solvent, options: [water, ethanol, toluene, hexane, acetone, thf] }
objectives:
  - { name: yield, unit: "%", goal: maximise }
`;
const taken = `solvent,yield,status
water,10,
ethanol,20,
toluene,30,
hexane,12,
acetone,25,
thf,15,infeasible
water,,pending
ethanol,21,pending
toluene,,pending
hexane,,pending
acetone,,pending
`;

test("with nothing left to propose the best, how far to trust it, how it would go on and the hash are told all the same", async () => {
  const { code, stdout, stderr } = await labloop({ study: few, data: taken });
  expect(code).toBe(0);
  expect(stderr).toContain("lines 7, 9: the status is not measured, so nothing is learned from what was read there");
  const words = stdout.replaceAll(/\s+/g, " ");
  expect(words).toMatch(/^nothing is left to propose: .* how far to trust it: - what matters to the model: solvent/);
  expect(words).toMatch(/best so far: yield \(%\) [\d.]+ \[.*\] at solvent toluene 10 more experiments: .* sha256 /);
  const told = JSON.parse((await labloop({ study: few, data: taken }, "--json")).stdout);
  expect(words).toContain(`sha256 ${told.hash}`);
  expect(told.setAside).toEqual([7, 9]);
  for (const { why } of told.explanation) expect(words).toContain(why);
  // As many as there are, and said so.
  const three = taken.split("\n").slice(0, 9).join("\n");
  const fewer = await labloop({ study: few, data: `${three}\n` }, "--count", "9");
  expect(fewer.stderr).toContain("3 of 9 designs: no other is left to propose");
  expect(fewer.stdout).not.toContain("nothing is left");
});

test("a design to be measured again is expected to be what is believed of it as the best", async () => {
  const again = taken.split("\n").slice(0, 7).join("\n");
  const told = JSON.parse((await labloop({ study: few, data: `${again}\n` }, "--count", "5", "--json")).stdout);
  const best = told.proposals.find(({ design }: { design: { solvent: string } }) => design.solvent === "toluene");
  expect(best).toMatchObject({ replicate: true, predicted: { yield: told.best.expected } });
});

test("a cell that is no number is told with what would mend it", async () => {
  const rows = [
    "20,water,12",
    '60,water,"31,5"',
    "80,ethanol,≤4",
    "80,ethanol,<=4",
    "95,ethanol,60.5 ± 2",
    "70,ethanol,5 %",
    "75,ethanol,n/a",
    "75,ethanol,#N/A",
    "warm,ethanol,5",
  ];
  const { code, stderr } = await labloop({ study, data: `temperature,solvent,yield\n${rows.join("\n")}\n` });
  expect(code).toBe(3);
  expect(stderr.split("\n").filter((line) => line.startsWith(" "))).toEqual([
    "    write 31.5, with a decimal point",
    "    write <4",
    "    write <4",
    '    write 60.5, and 2 in a column "yield uncertainty"',
    "    write 5, and leave the unit to the header",
    ...["n/a", "#N/A"].map(
      () =>
        '    leave the cell empty, and where nothing else was read say "infeasible", "fault" or "pending" in a column "status"',
    ),
  ]);
  expect(stderr).toContain('"temperature" is "warm"');
  expect(stderr).toContain('"yield" is "<=4", not a finite number');
});

test("a design on the front, or the best, says of each quantity, bounded ones too, where it was read as a bound alone", async () => {
  const fronts = `${study}  - { name: waste, unit: g, goal: minimise }
outcomeConstraints:
  - { name: pressure, unit: bar, max: 4 }
`;
  const rows = [
    "20,water,12,4,2",
    "60,water,31.5,5,3",
    "80,ethanol,>64,9,<3",
    "95,toluene,50,<2,1",
    "40,toluene,20,3,1",
  ];
  const { stdout } = await labloop({
    study: fronts,
    data: `temperature,solvent,yield,waste,pressure\n${rows.join("\n")}\n`,
  });
  const listed = (stdout.split("front so far:\n")[1] ?? "").split("\n");
  const rowOf = (design: RegExp) => listed.find((line) => design.test(line)) ?? "";
  expect(rowOf(/80 +ethanol/)).toMatch(/\], read as >64 .*%, read as pressure <3$/);
  expect(rowOf(/95 +toluene/)).toMatch(/\], read as <2 +\d+ %$/);
  const single = await labloop({
    study,
    data: "temperature,solvent,yield\n20,water,12\n60,water,31.5\n80,ethanol,>64\n",
  });
  expect(single.stdout.replaceAll(/\s+/g, " ")).toContain("at temperature 80 °C, solvent ethanol, read as yield >64");
});
