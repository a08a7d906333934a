import type { BenchResult } from "@labloop/contracts";
import { expect, test } from "vitest";
import { benchPlot } from "../../src/bench/bench-plot.ts";

const curve = [1, 0.5];
const result = (title: string, method = "labloop"): BenchResult => ({
  v: 1,
  type: "bench",
  pool: {
    name: "p",
    title,
    rows: 3,
    dropped: 0,
    designs: 3,
    replicated: 0,
    replicates: "one",
    inputs: ["a"],
    objectives: [{ name: "y", unit: "1", goal: "maximise" }],
    best: 1,
    average: 0,
    top: 1,
  },
  settings: { seeds: 12, firstSeed: 1, budget: 2, budgetAsked: 2, batch: 1, starts: 1 },
  methods: [
    {
      method,
      score: { value: 1, low: 1, high: 1 },
      areas: [],
      regret: { mean: curve, low: curve, high: curve },
      found: [0, 1],
      arrivals: [],
      acceleration: [],
      equalQuality: [],
      enrichment: { factor: 1, after: 1 },
    },
  ],
  timing: [],
});
const headingOf = (plot: string) => /font-weight="600">([^<]*)</.exec(plot)?.[1];

test("whatever stands in a title or a method's name, the plot is well-formed XML", () => {
  const odd = "A <b>&\" 'pool' ]]> \u0001\u001b\ufffe \ud800 é";
  const plot = benchPlot(result(odd, `peer:${odd}`));
  // XML 1.0, production 2: the characters that may stand in a document.
  expect(plot).not.toMatch(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u);
  expect(plot.replaceAll(/&(?:amp|lt|gt|quot);/g, "")).not.toContain("&");
  expect(plot).not.toContain("<b>");
  expect(headingOf(plot)).toContain("A &lt;b&gt;&amp;&quot; 'pool' ]]&gt;");
});

test("a long title is cut where it is drawn, and whole where it is read out", () => {
  const long = "A very long title indeed ".repeat(20);
  const plot = benchPlot(result(long));
  expect(headingOf(plot)?.length).toBeLessThan(105);
  expect(headingOf(plot)).toMatch(/^A very long title indeed .*…: 3 designs, 12 campaigns a method$/);
  expect(plot).toContain(`aria-label="${long}: regret`);
  expect(headingOf(benchPlot(result("short")))).toBe("short: 3 designs, 12 campaigns a method");
});
