import { canonicalJson } from "@labloop/contracts";
import { expect, test } from "vitest";
import { createStudy, restoreStudy } from "../../src/study/create-study.ts";
import { StudyError } from "../../src/study/study-error.ts";

const draft = {
  parameters: [
    { kind: "continuous", name: "t", min: 0, max: 1, step: 0.01 },
    { kind: "categorical", name: "k", options: ["a", "b"] },
  ],
  objectives: [{ name: "yield", goal: "maximise" }],
} as const;
const mutable = () => structuredClone(draft) as unknown as Parameters<typeof createStudy>[0];

const yieldOf = (design: Record<string, number | string>) =>
  (design["k"] === "b" ? 1 : 0) - ((design["t"] as number) - 0.7) * ((design["t"] as number) - 0.7);

function told(seed: number, experiments: number) {
  const study = createStudy(mutable(), { seed });
  for (let i = 0; i < experiments; i++) {
    const design = study.ask()[0]!.design;
    study.tell({ design, outcome: { status: "measured", values: { yield: yieldOf(design) } } });
  }
  return study;
}

test("the same history and seed give the same answer byte for byte, sealed by its hash; another seed another", () => {
  const [one, other] = [told(3, 8), told(3, 8)];
  expect(canonicalJson(one.propose(3))).toBe(canonicalJson(other.propose(3)));
  expect(one.propose(3).hash).toMatch(/^[0-9a-f]{64}$/);
  expect(one.propose(3).hash).toBe(one.propose(3).hash);
  expect(told(4, 8).propose(3).hash).not.toBe(one.propose(3).hash);
});

test("a study that was kept as text goes on with the same proposals, what is being made included", () => {
  const study = told(5, 7);
  study.ask(2);
  const restored = restoreStudy(JSON.parse(JSON.stringify(study.toJson())));
  expect(restored.toJson()).toEqual(study.toJson());
  expect(canonicalJson(restored.propose(2))).toBe(canonicalJson(study.propose(2)));
});

test("what is being made is not proposed again until it is told or withdrawn, and may be told as it came out", () => {
  const study = told(6, 6);
  const [first, second] = study.ask(2);
  expect(study.pending).toEqual([first!.design, second!.design]);
  const keys = study.propose(4).proposals.map(({ design }) => JSON.stringify(design));
  expect(keys).not.toContain(JSON.stringify(first!.design));
  study.tell({
    design: { ...first!.design, t: 0.123 },
    requested: first!.design,
    outcome: { status: "measured", values: { yield: 0.4 } },
  });
  expect(study.pending).toEqual([second!.design]);
  study.withdraw(second!.design, { t: 0.99, k: "a" });
  expect(study.pending).toEqual([]);
});

test("designs of a person are taken as being made, and learned from when told", () => {
  const study = told(7, 6);
  study.begin({ t: 0.5, k: "a" });
  expect(study.pending).toEqual([{ t: 0.5, k: "a" }]);
  expect(() => study.begin({ t: 1.5, k: "c" })).toThrow(StudyError);
  study.tell({ design: { t: 0.5, k: "a" }, outcome: { status: "measured", values: { yield: 9 } } });
  expect(study.best()?.design).toEqual({ t: 0.5, k: "a" });
});

test("a design that could not be made is not proposed again, and one that broke may be", () => {
  const study = createStudy(
    { parameters: [{ kind: "integer", name: "n", min: 1, max: 3 }], objectives: [{ name: "yield", goal: "maximise" }] },
    { seed: 1 },
  );
  study.tell(
    { design: { n: 1 }, outcome: { status: "infeasible" } },
    { design: { n: 2 }, outcome: { status: "fault" } },
  );
  expect(new Set(study.ask(5).map(({ design }) => design["n"]))).toEqual(new Set([2, 3]));
});

test("trials are told all or none, and every one that is refused is named", () => {
  const study = told(8, 2);
  const wrong = () =>
    study.tell(
      { design: { t: 0.1, k: "a" }, outcome: { status: "measured", values: { yield: 1 } } },
      { design: { t: 0.1, k: "a" }, outcome: { status: "measured", values: { yield: Number.NaN } } },
      { design: { t: 0.1, k: "z" } } as never,
    );
  expect(wrong).toThrow(/trials\.1.*NaN is not a finite number[\s\S]*trials\.2/);
  expect(study.trials.length).toBe(2);
});

test("a study that makes no sense is refused with everything that is wrong with it", () => {
  const wrong = () =>
    createStudy(
      {
        parameters: [{ kind: "continuous", name: "t", min: 2, max: 1 }],
        constraints: [{ kind: "linear", terms: { u: 1 }, min: 0 }],
        objectives: [{ name: "yield", goal: "maximise" }],
      },
      { seed: 1 },
    );
  expect(wrong).toThrow(/range of "t" is empty[\s\S]*no parameter is called "u"/);
});

test("a target that lacks one of its limits is refused by the name of what it lacks", () => {
  const pH = { name: "pH", goal: "target", desirability: { low: 6.5, target: 7 } };
  const study = { ...draft, objectives: [pH] } as unknown as Parameters<typeof createStudy>[0];
  expect(() => createStudy(study, { seed: 1 })).toThrow(/number/);
  try {
    createStudy(study, { seed: 1 });
  } catch (error) {
    expect((error as StudyError).faults.map(({ path }) => path)).toEqual(["study.objectives.0.desirability.high"]);
  }
});

test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "3", null, {}])(
  "to ask for %s designs is refused, and says what is wrong",
  (count) => {
    const study = told(1, 3);
    const faults = [{ code: "ask.count", path: "count", hint: expect.any(String) as string }];
    expect(refusalOf(() => study.ask(count as number))).toMatchObject(faults);
    expect(refusalOf(() => study.propose(count as number))).toMatchObject(faults);
    expect(study.pending).toEqual([]);
  },
);

test.each([null, undefined, "a", [{ t: 0.5, k: "a" }]])("%s is begun or withdrawn as no design", (wrong) => {
  const study = told(1, 3);
  const design = { t: 0.5, k: "a" };
  const faults = [{ code: "document.shape", path: "designs.1", hint: expect.any(String) as string }];
  expect(refusalOf(() => study.begin(design, wrong as never))).toMatchObject(faults);
  study.begin(design);
  expect(refusalOf(() => study.withdraw(design, wrong as never))).toMatchObject(faults);
  expect(study.pending).toEqual([design]);
});

/** The faults with which something is refused. */
function refusalOf(act: () => unknown): StudyError["faults"] {
  try {
    act();
  } catch (error) {
    if (error instanceof StudyError) return error.faults;
    throw error;
  }
  return [];
}

test("a seed that could not be stored is refused with what it may be, also where plain JavaScript leaves it out", () => {
  const refused = (options: unknown) => {
    try {
      createStudy(mutable(), options as { seed: number });
    } catch (error) {
      return (error as StudyError).faults.map(({ code, path, message, hint }) => [code, path, message, typeof hint]);
    }
    return null;
  };
  const range = "not a whole number from 0 to 4294967295";
  for (const seed of [1.5, -1, 2 ** 33, Number.NaN]) {
    expect(refused({ seed })).toEqual([["study.seed", "seed", `the seed is ${seed}, ${range}`, "string"]]);
  }
  expect(refused(undefined)).toEqual([["study.seed", "seed", `the seed is missing, ${range}`, "string"]]);
  expect(refused({ seed: "1" })).toEqual([["study.seed", "seed", `the seed is "1", ${range}`, "string"]]);
  for (const seed of [0, 2 ** 32 - 1]) {
    const kept: unknown = JSON.parse(JSON.stringify(createStudy(mutable(), { seed }).toJson()));
    expect(restoreStudy(kept).toJson().seed).toBe(seed);
  }
});

test("of a value that is none of the kinds it may be, what each kind lacks is said", () => {
  const study = createStudy(mutable(), { seed: 1 });
  const told = (value: unknown): string => {
    const outcome = { status: "measured", values: { yield: value } } as never;
    try {
      study.tell({ design: { t: 0.5, k: "a" }, outcome });
    } catch (error) {
      return (error as StudyError).faults.map(({ path, message }) => `${path}: ${message}`).join();
    }
    return "";
  };
  const place = "trials.0.outcome.values.yield: it is of no kind that it may be:";
  expect(told("3")).toBe(`${place} expected number, received string; or expected object, received string`);
  expect(told({ value: 1 })).toBe(
    `${place} expected number, received object; or uncertainty: expected number, received undefined`,
  );
});

test("a reading under a name that the study does not have is refused with the names that it has, unless others are there", () => {
  const study = createStudy(mutable(), { seed: 1 });
  const tell = (values: Record<string, number>) =>
    study.tell({ design: { t: 0.5, k: "a" }, outcome: { status: "measured", values } });
  const path = "trials.0.outcome.values";
  expect(refusalOf(() => tell({ Yield: 1, purity: 2 }))).toMatchObject([{ code: "trial.quantityUnknown", path }]);
  expect(() => tell({ Yield: 1 })).toThrow(/"Yield" \(it measures "yield"/);
  expect(study.trials).toEqual([]);
  tell({});
  tell({ yield: 1, purity: 2 });
  expect(study.trials.length).toBe(2);
});

test("a design that names no design of the study is withdrawn as little as it is begun", () => {
  const study = told(1, 3);
  const faults = [
    { code: "design.nameUnknown", path: "designs.0.T" },
    { code: "design.valueMissing", path: "designs.0.t" },
  ];
  expect(refusalOf(() => study.begin({ T: 0.5, k: "a" }))).toMatchObject(faults);
  expect(refusalOf(() => study.withdraw({ T: 0.5, k: "a" }))).toMatchObject(faults);
});

test("of a choice that there is not, what stands there is said with what may, and of a study without designs what to do", () => {
  const goal = { parameters: mutable().parameters, objectives: [{ name: "yield", goal: "max" }] } as never;
  expect(() => createStudy(goal, { seed: 1 })).toThrow(/objectives\.0\.goal: .*"maximise".*, and it is "max"/);
  const none = { ...mutable(), constraints: [{ kind: "expression", expression: "t", max: -1 } as const] };
  expect(() => createStudy(none, { seed: 1 })).toThrow(/no design was found .*\(widen bounds/);
});
