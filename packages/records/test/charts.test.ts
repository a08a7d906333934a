import type { ExperimentView } from "@labloop/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scaleOf, ticksOf } from "../src/charts/axis.ts";
import { bestChart } from "../src/charts/best-chart.ts";
import { stretchesOf } from "../src/charts/gantt-chart.ts";
import { markup } from "../src/markup.ts";
import { readReportInput } from "../src/index.ts";
import { began, recorded } from "./support/campaign.ts";

const range = fc
  .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 0.01, max: 1e6, noNaN: true }))
  .map(([from, span]) => [from, from + span] as const);

describe("axes", () => {
  test("ticks lie in their range, at equal steps of 1, 2 or 5 times a power of ten, about as many as asked", () => {
    fc.assert(
      fc.property(range, fc.integer({ min: 2, max: 12 }), ([from, to], count) => {
        const ticks = ticksOf(from, to, count);
        const slack = (to - from) * 1e-6;
        expect(ticks.every((tick) => tick >= from - slack && tick <= to + slack)).toBe(true);
        expect(ticks.length).toBeLessThanOrEqual(count + 1);
        expect(ticks.length).toBeGreaterThanOrEqual(Math.floor(count / 3));
      }),
    );
    expect(ticksOf(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  });

  test("a scale maps its ends onto its places, and an empty range onto one", () => {
    const scale = scaleOf(2, 4, 100, 200);
    expect([scale(2), scale(3), scale(4)]).toEqual([100, 150, 200]);
    expect(scaleOf(3, 3, 0, 10)(3)).toBe(0);
  });
});

describe("the chart of the best so far", () => {
  const row = (number: number, value: number | null, best: number | null): ExperimentView => ({
    number,
    runId: String(number),
    parameters: {},
    values: value === null ? null : { yield: { value, unit: "%" } },
    failure: value === null ? { class: "crash", message: "it <broke>" } : null,
    replicate: 1,
    predicted: null,
    bestThen: best === null ? null : { value: best, interval90: [best - 1, best + 1] },
    observedAt: began,
  });
  const objective = { name: "yield", unit: "%", goal: "maximise" } as const;
  const draw = (experiments: ExperimentView[], final: number | null = null) =>
    bestChart({
      experiments,
      objective,
      budget: 4,
      final: final === null ? null : { value: final, interval90: [final - 1, final + 1] },
      band: null,
    }).markup;

  test("has a point for each value, a cross for each failure, and a line that holds each best until the next", () => {
    const svg = draw([row(1, 10, 10), row(2, null, 10), row(3, 30, 30), row(4, 20, null)], 29);
    expect(svg.match(/<circle/g)).toHaveLength(3);
    expect(svg.match(/class="failed"/g)).toHaveLength(1);
    expect(svg).toContain("it &lt;broke&gt;");
    const path = /class="best" d="M([^"]+)"/.exec(svg)?.[1] ?? "";
    expect(path.split("H")).toHaveLength(4);
  });

  test("draws the target that the campaign states, inside the box even when nothing has come near it, and none otherwise", () => {
    const input = { experiments: [row(1, 10, 10)], budget: 4, final: null, band: null };
    const svg = bestChart({ ...input, objective: { ...objective, target: 1_000 } }).markup;
    const [box, at] = [/viewBox="0 0 \d+ (\d+)"/, /class="target"[^>]* y1="([\d.]+)"/].map((p) => p.exec(svg)?.[1]);
    expect(Number(at)).toBeGreaterThan(0);
    expect(Number(at)).toBeLessThan(Number(box));
    expect(bestChart({ ...input, objective }).markup).not.toContain('class="target"');
  });

  test("draws inside its box, whatever the values", () => {
    const value = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.option(value), fc.option(value)), { maxLength: 12 }),
        fc.option(value),
        (rows, final) => {
          const svg = draw(
            rows.map(([measured, best], index) => row(index + 1, measured, best)),
            final,
          );
          const places = [...svg.matchAll(/(?:cx|cy|x1|x2|y1|y2|[MHV])(?:=")?(-?[\d.e+-]+)/g)].map(([, place]) =>
            Number(place),
          );
          expect(places.every((place) => Number.isFinite(place) && place >= -1 && place <= 881)).toBe(true);
        },
      ),
    );
  });
});

test("a device's stretches run from the start of each command to its end, or to now while it runs", () => {
  const { view } = readReportInput(recorded(undefined, { isFinished: false }), null);
  const [first] = stretchesOf(view.runs, began);
  expect(first).toMatchObject({ device: "pump", run: 1, step: "dose", from: began + 600_000, to: began + 780_000 });
  const running = view.runs.map((run) => ({ ...run, steps: run.steps.map((step) => ({ ...step, endedAt: null })) }));
  expect(stretchesOf(running, 5e12).every(({ to }) => to === 5e12)).toBe(true);
});

test("markup escapes every text that is put into it, also in attributes, and nothing twice", () => {
  const inner = markup`<b title="${`"<'&`}">${"<i>"}</b>`;
  expect(inner.markup).toBe('<b title="&quot;&lt;&#39;&amp;">&lt;i&gt;</b>');
  expect(markup`${[inner, "&"]}${null}${false}${0}`.markup).toBe(`${inner.markup}&amp;0`);
});
