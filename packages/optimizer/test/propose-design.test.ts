import { type Design, ProposeAnswer, Study, type Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { bestDesign, type DesignRequest, exampleDesigns, proposeDesign } from "../src/index.ts";

const study = Study.parse({
  parameters: [
    { kind: "continuous", name: "speed", unit: "rpm", min: 50, max: 300, step: 1 },
    { kind: "continuous", name: "time", unit: "s", min: 1, max: 10, step: 0.1 },
  ],
  objectives: [{ name: "error", unit: "g", goal: "minimise" }],
  outcomeConstraints: [{ name: "delivered", unit: "g", max: 9 }],
});

function measuredAt(speed: number, time: number): Trial {
  const delivered = (speed * time) / 115;
  return {
    design: { speed, time },
    outcome: { status: "measured", values: { delivered, error: Math.abs(delivered - 5) } },
  };
}

const trials = [measuredAt(60, 2), measuredAt(250, 9), measuredAt(100, 6), measuredAt(100, 6), measuredAt(120, 4)];
const request: DesignRequest = { study, trials, pending: [{ speed: 90, time: 6 }], seed: 3 };

test("a study is answered in the words of a campaign, as the contract has them, and equal questions in equal bytes", () => {
  const answer = proposeDesign(request);
  expect(ProposeAnswer.parse(JSON.parse(JSON.stringify(answer)))).toEqual(answer);
  expect(JSON.stringify(proposeDesign(structuredClone(request)))).toBe(JSON.stringify(answer));
  const [speed, time] = [answer.parameters["speed"], Number(answer.parameters["time"])];
  expect([Number.isInteger(speed), Math.round(time * 10) / 10]).toEqual([true, time]);
  expect(answer.predicted?.sd).toBeGreaterThan(0);
  expect(answer.surrogate).toMatchObject({ kind: "model-average", measurements: 5, distinct: 4 });
  expect(answer.surrogate.models?.map(({ quantity }) => quantity)).toEqual(["error"]);
});

test("the best is a measured design that keeps its bounds, with every reading of it", () => {
  const { best } = bestDesign(request);
  expect(best?.parameters).toEqual({ speed: 100, time: 6 });
  const reading = 600 / 115 - 5;
  expect(best?.observed).toEqual([reading, reading]);
  expect(bestDesign({ ...request, trials: [measuredAt(250, 9)] })).toEqual({ best: null });
});

test("the best, and each on a front or doubted, says as what it was asked for where it was carried out as another design", () => {
  const parameters = [{ kind: "continuous", name: "x", min: 0, max: 1 }];
  const objectives = [{ name: "a", goal: "maximise" }];
  const front = Study.parse({
    parameters,
    objectives: [...objectives, { name: "b", goal: "maximise" }],
    outcomeConstraints: [{ name: "c", max: 0.69 }],
  });
  const single = Study.parse({ parameters, objectives });
  const carriedOut = Array.from({ length: 9 }, (_, i): Trial => {
    const x = i / 10;
    const noise = [0.1, -0.2, 0.15, -0.1, 0.2, -0.15, 0.1, -0.02, 0.2][i] as number;
    const values = { a: x, b: 1 - x, c: x + noise };
    return { design: { x: x + 0.003 }, requested: { x }, outcome: { status: "measured", values } };
  });
  const asked = ({ parameters, requested }: { parameters: Design; requested?: Design | undefined }) =>
    Math.abs((parameters["x"] as number) - (requested?.["x"] as number) - 0.003) < 1e-9;
  const { best } = bestDesign({ study: single, trials: carriedOut, pending: [], seed: 1 });
  expect(best).toMatchObject({ parameters: { x: 0.803 }, requested: { x: 0.8 } });
  const answer = proposeDesign({ study: front, trials: carriedOut, pending: [], seed: 1 });
  expect(ProposeAnswer.parse(JSON.parse(JSON.stringify(answer)))).toEqual(answer);
  expect(answer.front?.length).toBeGreaterThan(0);
  expect(answer.doubted?.length).toBeGreaterThan(0);
  expect([...(answer.front ?? []), ...(answer.doubted ?? [])].every(asked)).toBe(true);
  const same = carriedOut.map(({ design, outcome }): Trial => ({ design, outcome }));
  expect(bestDesign({ study: single, trials: same, pending: [], seed: 1 }).best).not.toHaveProperty("requested");
});

test("before the first reading the design is drawn at random, and nothing is claimed of it", () => {
  const answer = proposeDesign({ study, trials: [], pending: [], seed: 1 });
  expect(answer).toMatchObject({
    predicted: null,
    acquisition: { name: "random-start", value: null, incumbent: null },
    surrogate: { kind: "space-filling", measurements: 0, distinct: 0 },
    best: null,
  });
  expect(answer).not.toHaveProperty("explanation");
});

test("what is wrong with a question is all told in the error", () => {
  const trial: Trial = { design: { speed: 60 }, outcome: { status: "measured", values: { error: Number.NaN } } };
  expect(() => proposeDesign({ ...request, trials: [trial] })).toThrow(/time[\s\S]*not a finite number/);
});

test("examples of a space can all be made and are the same every time", () => {
  const examples = exampleDesigns(study, 50);
  expect(examples).toHaveLength(50);
  expect(exampleDesigns(structuredClone(study), 50)).toEqual(examples);
  const [parameter] = study.parameters;
  const empty = { ...study, parameters: [{ ...parameter!, min: 300, max: 50 } as (typeof study.parameters)[0]] };
  expect(exampleDesigns(empty, 5)).toMatchObject([{ code: "study.rangeEmpty", path: "parameters.0" }]);
});
