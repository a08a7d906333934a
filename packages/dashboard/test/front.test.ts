import type { CampaignView, ExperimentView, FrontPoint, JointObjective } from "@labloop/contracts";
import { expect, test } from "vitest";
import { wantedTexts } from "../src/best/wanted.ts";
import { drawFront } from "../src/front/draw-front.ts";
import { boundsText, frontSummary, standingsOf, standingText } from "../src/front/standings.ts";
import { createFormat } from "../src/i18n/format.ts";
import { campaign, experiment, failure } from "./support/rows.ts";

const across: JointObjective = { name: "time", unit: "s", goal: "minimise" };
const up: JointObjective = { name: "turns", unit: "1", goal: "minimise", target: 8 };
const frame = { left: 50, right: 550, top: 10, bottom: 310 };

const at = (time: number, turns: number) => ({ time: { value: time, unit: "s" }, turns: { value: turns, unit: "1" } });
const experiments = [
  experiment(1, { values: at(3, 14) }),
  experiment(2, { values: at(5, 10) }),
  experiment(3, { values: at(4, 9), outOfBounds: ["delivered"] }),
  failure(4),
  experiment(5, { values: at(12, 40) }),
];
const believed = (value: number) => ({
  value,
  interval90: [value - 0.1, value + 0.1] as [number, number],
  observed: [value],
});
const front: FrontPoint[] = [
  { parameters: { speed: 300 }, values: { time: believed(3), turns: believed(14) } },
  { parameters: { speed: 130 }, values: { time: believed(5), turns: believed(10) } },
];

test("every experiment with both readings is drawn where it belongs, and what breaks a bound is marked as that", () => {
  const { dots, marks, beyond } = drawFront({ experiments, front, across, up, isWhole: true, isNear: false }, frame);
  expect(dots.map(({ number, isOutside }) => [number, isOutside])).toEqual([
    [1, false],
    [2, false],
    [3, true],
    [5, false],
  ]);
  expect(beyond).toBe(0);
  const [quick, slow] = marks;
  expect([dots[0]?.x, dots[0]?.y]).toEqual([quick?.x, quick?.y]);
  // More time is further right, and fewer turns further down.
  expect(Number(slow?.x)).toBeGreaterThan(Number(quick?.x));
  expect(Number(slow?.y)).toBeGreaterThan(Number(quick?.y));
  for (const { x, y } of dots) {
    expect(x > frame.left && x < frame.right && y > frame.top && y < frame.bottom).toBe(true);
  }
});

test("the line along the front holds each value until a design is better, and is drawn of two objectives alone", () => {
  const { line, marks } = drawFront({ experiments, front, across, up, isWhole: true, isNear: false }, frame);
  const [quick, slow] = marks;
  expect(line).toBe(`M${slow?.x} ${slow?.y}V${quick?.y}H${quick?.x}`);
  expect(drawFront({ experiments, front, across, up, isWhole: false, isNear: false }, frame).line).toBe("");
});

test("near the front only that part is drawn, with the count of what lies beyond", () => {
  const { dots, beyond, marks } = drawFront({ experiments, front, across, up, isWhole: true, isNear: true }, frame);
  expect([dots.map(({ number }) => number), beyond]).toEqual([[1, 2, 3], 1]);
  const all = drawFront({ experiments, front, across, up, isWhole: true, isNear: false }, frame).marks;
  const widthOf = (drawn: typeof marks) => Math.abs(Number(drawn[1]?.x) - Number(drawn[0]?.x));
  expect(widthOf(marks)).toBeGreaterThan(2 * widthOf(all));
});

test("the page says of a measured design why it is or is not on the front, and how many break the bounds", () => {
  const row = (number: number, delivered: number, change: Partial<ExperimentView> = {}) =>
    experiment(number, {
      parameters: { speed: 100 * number },
      values: { ...at(3, 14), delivered: { value: delivered, unit: "g" } },
      ...change,
    });
  const rows = [
    row(1, 5),
    row(2, 5.1),
    row(3, 5.2),
    row(4, 5.6, { parameters: { speed: 300 }, replicate: 2 }),
    row(5, 5.24),
    row(6, 9),
    row(7, 9),
  ];
  const known = campaign({
    front: [{ parameters: { speed: 100 }, chance: 0.999, values: { time: believed(3), turns: believed(14) } }],
    doubted: [{ parameters: { speed: 500 }, chance: 0.38 }],
    judged: 6,
    outcomeConstraints: { delivered: { min: 4.75, max: 5.25 } },
  });
  const format = createFormat("en");
  const standings = standingsOf(rows, known);
  const texts = rows.map(({ runId }) => {
    const standing = standings.get(runId);
    return standing === undefined ? null : standingText(standing, format, () => "g");
  });
  expect(texts).toEqual([
    "on the front, 99 % likely to keep the bounds",
    "not on the front: another design is believed to be better, and nowhere worse",
    "mean of 2 readings: delivered 5.4\u00a0g, outside the bounds, so not on the front",
    "mean of 2 readings: delivered 5.4\u00a0g, outside the bounds, so not on the front",
    "read within the bounds, but noise leaves it only 38 % likely to keep them: not on the front",
    "delivered 9\u00a0g, outside the bounds, so not on the front",
    "measured since the front was last judged",
  ]);
  expect(boundsText(rows, standings, known, format)).toBe(
    "A design on it has to keep delivered between 4.75 and 5.25\u00a0g, by the mean of its readings and by what is believed. " +
      "2 measured designs do not, by their readings. 1 is read within, but likelier outside, given the noise.",
  );
});

test("before the first model the page says what a front waits for, and after it that nothing measured is likely to keep its bounds", () => {
  const format = createFormat("en");
  const said = (change: Partial<CampaignView>) => frontSummary(campaign(change), format);
  expect(said({ phase: "aborted" })).toBe("The campaign ended before any result was judged.");
  expect(said({ front: undefined })).toBe("The front begins with the first model of the results.");
  expect(said({ front: [], judged: 4 })).toBe(
    "No measured design is likely enough yet to keep its bounds. The front begins with the first that is.",
  );
  expect(said({ front, judged: 4 })).toMatch(/^After 4 experiments \d designs? (is|are) on the front/);
});

test("of objectives that come to one desirability the page says what is wanted of each", () => {
  const objectives: JointObjective[] = [
    { name: "pH", unit: "1", goal: "target", desirability: { low: 6.5, target: 7, high: 7.5, weight: 1 } },
    { name: "mass", unit: "g", goal: "minimise", desirability: { worst: 20, best: 8, weight: 1 } },
  ];
  expect(wantedTexts(campaign({ objectives }), createFormat("en"))).toEqual([
    "pH wanted at 7, unacceptable at 6.5 and below and at 7.5 and above",
    "mass wanted at 8\u00a0g, unacceptable at 20\u00a0g",
  ]);
  expect(wantedTexts(campaign({ objectives: [across, up] }), createFormat("en"))).toEqual([]);
});
