import { campaignMachine } from "@labloop/machines";
import { expect, test } from "vitest";
import { extractChart } from "../src/statechart/extract-chart.ts";
import { boxHeight, boxWidth, layoutChart } from "../src/statechart/layout-chart.ts";

const chart = extractChart(campaignMachine);
const layout = layoutChart(chart);

/** The machine's own definition as written, read another way than the extraction does. */
function written(): string[] {
  return Object.entries(campaignMachine.config.states ?? {}).flatMap(([from, { on }]) =>
    Object.entries((on ?? {}) as Record<string, string | { target: string }>).map(
      ([event, to]) => `${from} ${event} ${typeof to === "string" ? to : to.target}`,
    ),
  );
}

test("the chart has every state and every transition of the campaign's machine, and no others", () => {
  expect(chart.states.map(({ name }) => name)).toEqual(Object.keys(campaignMachine.config.states ?? {}));
  expect(chart.states.filter(({ isFinal }) => isFinal).map(({ name }) => name)).toEqual(["finished", "aborted"]);
  expect(chart.transitions.map(({ from, event, to }) => `${from} ${event} ${to}`)).toEqual(written());
  expect(chart.initial).toBe("draft");
  expect(chart.transitions.length).toBeGreaterThan(10);
});

test("every state stands inside the drawing, and none on another", () => {
  for (const [at, state] of layout.states.entries()) {
    expect(state.x - boxWidth / 2).toBeGreaterThan(0);
    expect(state.x + boxWidth / 2).toBeLessThan(layout.width);
    expect(state.y + boxHeight / 2).toBeLessThan(layout.height);
    for (const other of layout.states.slice(at + 1)) {
      expect(Math.abs(state.x - other.x) >= boxWidth || Math.abs(state.y - other.y) >= boxHeight).toBe(true);
    }
  }
});

test("every transition is drawn, and what it is called stands at one arrow at least into its target", () => {
  expect(layout.transitions.map(({ from, event, to }) => `${from} ${event} ${to}`)).toEqual(written());
  for (const { event, to, path } of layout.transitions) {
    expect(path).toMatch(/^M[\d.]+ [\d.]+/);
    expect(path).not.toContain("NaN");
    expect(layout.transitions.some((each) => each.event === event && each.to === to && each.label !== null)).toBe(true);
  }
});
