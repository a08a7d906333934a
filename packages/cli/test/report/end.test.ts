import type { Observation, RecordedEvent } from "@labloop/contracts";
import { expect, test } from "vitest";
import { againstRandom } from "../../src/report/against-random.ts";
import { abortedText, endText } from "../../src/report/end-text.ts";
import { finalLine } from "../../src/report/final-line.ts";
import { plainLine } from "../../src/report/lines.ts";

const units = { objective: "g", observed: { q: "mL" } };

const seen = {
  observationId: "O",
  runId: "R",
  observedAt: "2026-01-01T00:00:00.000Z",
  replicate: 1,
  requested: { amount: 2 },
  executed: { value: { amount: 2 } },
  values: null,
  partial: { absorbance: { value: 0.0531, unit: "1", uncertainty: { value: null, reason: "unknown" } } },
  failure: { class: "crash", code: "x", message: "the shaker failed" },
  mode: "real",
} as unknown as Observation;

function lineOf(observation: Observation): string | null {
  const record = { event: { type: "observation.made", observation } } as unknown as RecordedEvent;
  return plainLine(record, { done: 1, budget: 4 });
}

test("a failed run's line tells what was measured before it failed, and no unit 1 is printed", () => {
  expect(lineOf(seen)).toBe("  failed     amount 2: the shaker failed; measured before: absorbance 0.0531");
  const { partial = null, ...whole } = seen;
  expect(lineOf({ ...whole, values: partial, failure: null })).toBe("    1/4    amount 2: absorbance 0.0531");
});

test("what was stopped or aborted early is said to be so, with what it came to and where the data are", () => {
  const stopped = { phase: "stopped", experiments: 0, failed: 2, reason: "interrupted at the terminal" } as const;
  const last = {
    v: 1,
    type: "campaign.finished",
    experiments: 0,
    best: null,
    bestMeasured: null,
    random: null,
    journal: { events: 1, head: "sha256:0" },
  } as const;
  expect(endText(last, "o.csv", stopped, units)[1]).toBe(
    "stopped after 0 experiments with a value, and 2 that were not completed: interrupted at the terminal",
  );
  expect(endText(last, "o.csv", null, units)[1]).toBe("finished after 0 experiments");
  expect(abortedText({ ...stopped, phase: "aborted", experiments: 1, failed: 1, reason: "by Ada" }, "o.csv")).toEqual([
    "",
    "aborted after 1 experiment with a value, and 1 that was not completed: by Ada",
    "  data           o.csv",
  ]);
});

test("one experiment of random search is not called experiments", () => {
  const text = (medianExperiments: number) => againstRandom({ medianExperiments, interval95: [1, 2] });
  expect(text(1)).toBe("needs 1 experiment for a design as good (median of 10,000; 95 % between 1 and 2)");
  expect(text(2)).toMatch(/^needs 2 experiments for/);
});

test("where a design was carried out as another one than asked for both are told, and random search is compared with the one asked for", () => {
  const best = { parameters: { amount: 2.03 }, requested: { amount: 2 }, value: 5, interval90: [4, 6], observed: [5] };
  const front = [{ ...best, values: { q: { value: 5, interval90: [4, 6], observed: [5] } } }];
  const finished = { type: "campaign.finished", experiments: 3, best, bestMeasured: null, front } as never;
  const asked: unknown[] = [];
  const world = {
    compareWithRandom: (design: unknown) => {
      asked.push(design);
      return { ok: false as const, reason: "no pool" };
    },
  };
  const space = { parameters: [{ name: "amount", unit: "1", min: 0, max: 9 }] };
  const last = finalLine(finished, { space }, { seq: 1, hash: "0" }, world);
  expect(asked).toEqual([{ amount: 2 }]);
  expect(last.best).toMatchObject({ parameters: { amount: 2.03 }, requested: { amount: 2 } });
  const text = endText(last, "o.csv", null, units);
  expect(text).toContain("  best design    amount 2.03 (asked for as amount 2)");
  expect(text).toContain("    amount 2.03 (asked for as amount 2)");
});

test("that several quantities, or one that is to hit a target, are not compared with random search is said of which it is", () => {
  const finished = { type: "campaign.finished", experiments: 3, best: null, bestMeasured: null } as never;
  const world = { compareWithRandom: () => ({ ok: false as const, reason: "asked all the same" }) };
  const reasonOf = (count: number) => {
    const objectives = Array.from({ length: count }, (_, i) => ({ name: `q${i}`, unit: "1", goal: "target" as const }));
    const created = { space: { parameters: [{ name: "a", unit: "1", min: 0, max: 1 }] }, objectives };
    return finalLine(finished, created, { seq: 1, hash: "0" }, world).randomReason;
  };
  expect(reasonOf(2)).toContain("several are improved");
  expect(reasonOf(1)).toContain("hit a target");
});

/** The end of a campaign of three experiments. */
function endOf(found: object): string[] {
  const finished = { type: "campaign.finished", experiments: 3, best: null, bestMeasured: null, ...found } as never;
  const space = { parameters: [{ name: "amount", unit: "1", min: 0, max: 9 }] };
  const world = { compareWithRandom: () => ({ ok: false as const, reason: "no pool" }) };
  return endText(finalLine(finished, { space }, { seq: 1, hash: "0" }, world), "o.csv", null, units);
}

test("where nothing that was measured keeps its bounds it is said, and not that nothing was measured or that a front has no designs", () => {
  expect(endOf({}).slice(1)).toEqual([
    "finished after 3 experiments",
    "  best design    none: nothing that was measured is likely to keep its bounds",
    "  random search  cannot be compared: no design is best",
    "  data           o.csv",
  ]);
  const front = endOf({ front: [] });
  expect(front[2]).toBe("  front          none: nothing that was measured is likely to keep its bounds");
  expect(front.join(" ")).not.toContain("0 designs");
});

test("what was found is told with its units", () => {
  const best = { parameters: { amount: 2 }, value: 5, interval90: [4, 6], observed: [5] };
  const text = endOf({
    best,
    bestMeasured: { parameters: { amount: 2 }, value: 5 },
    front: [{ parameters: { amount: 2 }, values: { q: { value: 7, interval90: [6, 8], observed: [7] } } }],
  });
  expect(text).toContain("                 expected 5 g (90 % between 4 and 6); measured 5");
  expect(text).toContain("  best reading   5 g at amount 2");
  expect(text).toContain("                 q 7 mL (90 %: 6 – 8)");
});
