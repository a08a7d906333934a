import type { Design, Study, Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import type { DesignRequest, ProposedDesigns } from "../../src/decide/design-request.ts";
import { proposeDesigns } from "../../src/index.ts";
import { learnNeural } from "../../src/neural/learn-neural.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { drawEvidence } from "../support/draw-evidence.ts";

const plain: Study = {
  parameters: ["x", "y"].map((name) => ({ kind: "continuous", name, unit: "1", min: 0, max: 1, scale: "linear" })),
  constraints: [],
  objectives: [{ name: "z", unit: "1", goal: "maximise" }],
  outcomeConstraints: [],
};

function request(count: number, neural?: "off" | "auto" | "on"): DesignRequest {
  const random = createRandom(count);
  const trials = Array.from({ length: count }, (): Trial => {
    const design: Design = { x: random.uniform(), y: random.uniform() };
    return {
      design,
      outcome: { status: "measured", values: { z: Math.sin(5 * Number(design["x"])) + Number(design["y"]) } },
    };
  });
  const study = neural === undefined ? plain : { ...plain, surrogate: { neural } };
  return { study, trials, pending: [], seed: 11 };
}

function proposed(own: DesignRequest): ProposedDesigns {
  const answer = proposeDesigns(own);
  if (Array.isArray(answer)) throw new Error(JSON.stringify(answer));
  return answer;
}

test("networks are trained in a thread while the caller's event loop turns, and the answer records by what and how they were judged", async () => {
  const own = request(20, "on");
  let turns = 0;
  let learned = false;
  const learning = learnNeural(own).finally(() => {
    learned = true;
  });
  while (!learned) {
    await new Promise((resolve) => setImmediate(resolve));
    turns += 1;
  }
  const neural = await learning;
  expect(turns).toBeGreaterThan(100);
  if (neural === null) throw new Error("nothing was learned");
  expect(neural.tried.at(-1)).toMatchObject({ taken: true, reason: "it loads and passes the self-test" });
  const answer = proposed({ ...own, neural });
  expect(answer.neural).toMatchObject({ tried: neural.tried, networks: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(answer.neural?.reason).toBe(
    `10 networks were trained on 20 designs by TensorFlow.js, back end ${neural.tried.at(-1)?.name}`,
  );
  expect(answer.models[0]?.neural).toMatchObject({ weight: expect.any(Number), looDensity: expect.any(Number) });
  // What was trained is data: the same data anywhere gives the same proposal.
  expect(proposed({ ...own, neural: structuredClone(neural) })).toEqual(answer);
});

test("a thread that dies is recorded, and the Gaussian processes go on alone with the proposals they would have made", async () => {
  const own = request(20, "on");
  const neural = await learnNeural(own, new URL("../support/dying-trainer.ts", import.meta.url));
  if (neural === null) throw new Error("nothing was recorded");
  const answer = proposed({ ...own, neural });
  expect(answer.neural).toEqual({
    reason: "no networks were trained, and the Gaussian processes go on alone: the thread ended with exit code 3",
    tried: [],
    networks: null,
  });
  expect(answer.proposals).toEqual(proposed(request(20)).proposals);
});

test("a thread that cannot be started is recorded like one that dies", async () => {
  const neural = await learnNeural(request(10, "on"), new URL("http://127.0.0.1/trainer.ts"));
  expect(neural).toEqual({
    reason: "no networks were trained, and the Gaussian processes go on alone: The URL must be of scheme file",
    tried: [],
    ensembles: [],
  });
});

test("networks that a design far beyond all others left without numbers are not believed, which is recorded", async () => {
  const far = (own: DesignRequest): DesignRequest => {
    const [first, ...others] = own.trials as [Trial, ...Trial[]];
    return { ...own, trials: [{ ...first, design: { ...first.design, x: 1e40 } }, ...others] };
  };
  const own = far(request(10, "on"));
  const neural = await learnNeural(own);
  if (neural === null) throw new Error("nothing was recorded");
  const answer = proposed({ ...own, neural });
  expect(answer.neural).toEqual({
    reason:
      'no networks are believed, and the Gaussian processes go on alone: none for "z": their weights left the range of numbers, as a design far beyond all others makes them',
    tried: neural.tried,
    networks: null,
  });
  expect(answer.proposals).toEqual(proposed(far(request(10))).proposals);
});

test("networks that were trained on other readings are not believed, which is recorded", async () => {
  const neural = await learnNeural(request(10, "on"));
  if (neural === null) throw new Error("nothing was learned");
  const { proposals, neural: record } = proposed({ ...request(11, "on"), neural });
  expect(record?.reason).toBe(
    `${neural.reason}; those of "z" are not believed: they were trained on other readings than these`,
  );
  expect(proposals).toEqual(proposed(request(11)).proposals);
});

test("a thread in which no back end loads is recorded with what was wrong with each", async () => {
  const own = request(20, "on");
  const neural = await learnNeural(own, new URL("../support/bare-trainer.ts", import.meta.url));
  if (neural === null) throw new Error("nothing was recorded");
  expect(proposed({ ...own, neural }).neural).toEqual({
    reason: "no networks were trained, and the Gaussian processes go on alone: no back end of TensorFlow.js works here",
    tried: [{ name: "absent", taken: false, reason: "it does not load: Cannot find module 'absent'" }],
    networks: null,
  });
});

test("nothing is trained unless the study asks for it, nor of few designs unless it insists", async () => {
  expect(await learnNeural(request(20))).toBeNull();
  expect(await learnNeural(request(20, "off"))).toBeNull();
  expect(await learnNeural(request(20, "auto"))).toEqual({
    tried: [],
    reason: 'no networks were trained: 20 designs were measured, and with "auto" it takes 100',
    ensembles: [],
  });
  expect((await learnNeural(request(5, "on")))?.reason).toContain('with "on" it takes 10');
});

test("without the option a proposal has no word of networks, and with it one that was made without them says so", () => {
  expect(proposed(request(20, "off"))).toEqual(proposed(request(20)));
  expect(proposed(request(20))).not.toHaveProperty("neural");
  expect(proposed(request(20, "auto")).neural?.reason).toBe("no networks were trained before this was proposed");
});

test("networks learn from the readings that the processes go on with, which may be others of a list while a design is under way", async () => {
  // Of these the reading with the slip is set aside in one case and believed in the other.
  const { features, values } = drawEvidence(4, 14);
  const designs = features.map(([x = 0, y = 0]): Design => ({ x, y }));
  const slipped = values.map((value, i) => (i === 4 ? value - 1.5 : value));
  const trials = designs.map((design, i): Trial => {
    return { design, outcome: { status: "measured", values: { z: slipped[i] as number } } };
  });
  const another: Design = { x: 0.5, y: 0.5 };
  const study: Study = { ...plain, surrogate: { neural: "on" }, candidates: [...designs, another] };
  const setAside = [[], [another]].map(async (pending) => {
    const own: DesignRequest = { study, trials, pending, seed: 3 };
    const neural = await learnNeural(own);
    if (neural === null) throw new Error("nothing was learned");
    const { models, explanation } = proposed({ ...own, neural, count: 0 });
    expect(models[0]?.neural).toMatchObject({ looDensity: expect.any(Number) });
    return explanation?.some(({ aspect }) => aspect === "outlier") ?? false;
  });
  expect(new Set(await Promise.all(setAside)).size).toBe(2);
});

test("each of several objectives has networks of its own", async () => {
  const one = request(12, "on");
  const own: DesignRequest = {
    ...one,
    study: { ...one.study, objectives: [...plain.objectives, { name: "w", unit: "1", goal: "minimise" }] },
    trials: one.trials.map((trial) => ({
      ...trial,
      outcome: { status: "measured", values: { z: Number(trial.design["x"]), w: Number(trial.design["y"]) } },
    })),
  };
  const neural = await learnNeural(own);
  if (neural === null) throw new Error("nothing was learned");
  expect(new Set(neural.ensembles.map((own) => own?.readings)).size).toBe(2);
  expect(proposed({ ...own, neural }).models.map((model) => model.neural?.looDensity)).toEqual([
    expect.any(Number),
    expect.any(Number),
  ]);
});

test("an objective that was read of too few designs has no networks, wherever it stands, and the record says so", async () => {
  const one = request(12, "on");
  const trials = one.trials.map((trial, i): Trial => {
    const z = Number(trial.design["x"]);
    const values = i < 3 ? { z, w: Number(trial.design["y"]) } : { z };
    return { ...trial, outcome: { status: "measured", values } };
  });
  const scarce = { name: "w", unit: "1", goal: "minimise" } as const;
  for (const objectives of [
    [...plain.objectives, scarce],
    [scarce, ...plain.objectives],
  ]) {
    const own: DesignRequest = { ...one, study: { ...one.study, objectives }, trials };
    const neural = await learnNeural(own);
    if (neural === null) throw new Error("nothing was learned");
    const { models, neural: record } = proposed({ ...own, neural });
    expect(models.map((model) => [model.objective, model.neural !== undefined])).toEqual(
      objectives.map(({ name }) => [name, name === "z"]),
    );
    expect(record?.reason).toMatch(
      /^10 networks were trained on 12 designs by TensorFlow\.js, back end \w+; none for "w": 3 designs were read, and with "on" it takes 10$/,
    );
  }
});

test("networks of each objective are said to be trained on as many designs as were read of it", async () => {
  const one = request(13, "on");
  const own: DesignRequest = {
    ...one,
    study: { ...one.study, objectives: [...plain.objectives, { name: "w", unit: "1", goal: "minimise" }] },
    trials: one.trials.map((trial, i) => {
      const z = Number(trial.design["x"]);
      const values = i < 11 ? { z, w: Number(trial.design["y"]) } : { z };
      return { ...trial, outcome: { status: "measured", values } };
    }),
  };
  expect((await learnNeural(own))?.reason).toContain('trained on 13 designs for "z" and 11 designs for "w" by');
});
