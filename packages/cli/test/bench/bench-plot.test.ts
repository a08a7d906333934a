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

test("of many methods, and of long names, no two stand on one another, and the last lines end within the plot", () => {
  const [one] = drawnResult({}).methods;
  const names = [
    "labloop",
    ...Array.from({ length: 9 }, (_, i) => `peer:python3 a-${"long-".repeat(i % 3)}name-${i}.py`),
  ];
  const methods = names.flatMap((method) => (one === undefined ? [] : [{ ...one, method }]));
  const plot = benchPlot({ ...drawnResult({}), methods });
  const height = Number(/viewBox="0 0 960 (\d+)"/.exec(plot)?.[1]);
  const drawn = [...plot.matchAll(/<text x="([\d.]+)" y="([\d.]+)">([^<]*, score [^<]*)</g)].map(
    ([, x, y, text = ""]) => {
      return { x: Number(x), y: Number(y), end: Number(x) + 7.5 * text.length };
    },
  );
  expect(drawn).toHaveLength(names.length);
  for (const [i, { x, y, end }] of drawn.entries()) {
    const before = drawn[i - 1];
    expect(before === undefined || y > before.y || x > before.end).toBe(true);
    expect(end).toBeLessThanOrEqual(960);
    expect(y).toBeLessThan(height);
  }
  // Colours that come again are dashed, in the legend too.
  expect(plot.match(/h20" stroke="#[0-9a-f]+" stroke-width="4" stroke-dasharray/g)).toHaveLength(names.length - 6);
});

test("a share of a large pool that is far below one tenth fills the plot", () => {
  const plot = benchPlot(drawnResult({}, { found: [0, 0.0008] }));
  expect(plot).toContain(">0.001<");
});
