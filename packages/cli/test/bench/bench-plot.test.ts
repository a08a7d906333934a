import { expect, test } from "vitest";
import { benchPlot } from "../../src/bench/bench-plot.ts";
import { drawnResult } from "./drawn-result.ts";

const headingOf = (plot: string) => /font-weight="600">([^<]*)</.exec(plot)?.[1];

test("whatever stands in a title or a method's name, the plot is well-formed XML", () => {
  const odd = "A <b>&\" 'pool' ]]> \u0001\u001b\ufffe \ud800 é";
  const plot = benchPlot(drawnResult({ title: odd }, { method: `peer:${odd}` }));
  // XML 1.0, production 2: the characters that may stand in a document.
  expect(plot).not.toMatch(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u);
  expect(plot.replaceAll(/&(?:amp|lt|gt|quot);/g, "")).not.toContain("&");
  expect(plot).not.toContain("<b>");
  expect(headingOf(plot)).toContain("A &lt;b&gt;&amp;&quot; 'pool' ]]&gt;");
});

test("a long title is cut where it is drawn, and whole where it is read out", () => {
  const long = "A very long title indeed ".repeat(20);
  const plot = benchPlot(drawnResult({ title: long }));
  expect(headingOf(plot)?.length).toBeLessThan(105);
  expect(headingOf(plot)).toMatch(/^A very long title indeed .*…: 40 designs, 12 campaigns a method$/);
  expect(plot).toContain(`aria-label="${long}: regret`);
  expect(headingOf(benchPlot(drawnResult({ title: "short" })))).toBe("short: 40 designs, 12 campaigns a method");
});
