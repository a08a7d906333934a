import { type Design, Study, type Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import type { DesignRequest } from "../../src/decide/design-request.ts";
import { proposeDesigns } from "../../src/decide/propose-designs.ts";
import { createRandom } from "../../src/random/create-random.ts";

const random = createRandom(21);
const designs = Array.from({ length: 400 }, (): Design => ({ x: random.uniform(), y: random.uniform() }));
const parameters = ["x", "y"].map((name) => ({ kind: "continuous" as const, name, min: 0, max: 1 }));
const objectives = [{ name: "v", goal: "maximise" as const }];

function listed(): Study {
  return Study.parse({ parameters, objectives, candidates: designs });
}

function trials(count: number): Trial[] {
  return designs.slice(0, count).map((design, i) => {
    const value = Math.sin(5 * (design["x"] as number)) + (design["y"] as number) + 0.1 * Math.sin(997 * i);
    return { design, outcome: { status: "measured", values: { v: value } } };
  });
}

function bytes(request: Omit<DesignRequest, "pending">): string {
  return JSON.stringify(proposeDesigns({ pending: [], ...request }));
}

// 30 trials have several models, 180 one that is glimpsed at; the list is worked out once an object.
test.each([
  ["a list", 30, listed],
  ["a list", 180, listed],
  ["a free space", 180, () => Study.parse({ parameters, objectives })],
])("of %s after %i trials, what was asked before changes no byte of an answer", (_, count, make) => {
  const fresh = bytes({ study: make(), trials: trials(count), seed: 4, count: 3 });
  const study = make();
  bytes({ study, trials: trials(count - 7), seed: 9, count: 2 });
  bytes({ study, trials: trials(count), seed: 5, count: 4 });
  bytes({ study: make(), trials: [], seed: 1 });
  expect(bytes({ study, trials: trials(count), seed: 4, count: 3 })).toBe(fresh);
});
