import { expect, test } from "vitest";
import { leaveOneOut } from "../../src/model/leave-one-out.ts";

test("the skill is 0 of who says the mean of the others, and the figures are means over the values", () => {
  const values = Float64Array.of(-1, 0.5, 2, 4);
  const sum = values.reduce((total, value) => total + value, 0);
  const errors = values.map((value) => value - (sum - value) / 3);
  const precision = Float64Array.of(0.5, 2, 1, 0.1);
  const left = leaveOneOut(
    values,
    errors.map((error, i) => error * (precision[i] as number)),
    precision,
  );
  expect(left.skill).toBeCloseTo(0, 12);
  left.rows.errors.forEach((error, i) => expect(error).toBeCloseTo(errors[i] as number, 12));
  const squares = [...errors].map((error, i) => error * error * (precision[i] as number));
  expect(left.spread).toBeCloseTo(
    squares.reduce((total, own) => total + own / 4, 0),
    12,
  );
  expect(left.covered).toBe(squares.filter((own) => own <= 1.6448536269514722 ** 2).length / 4);
  const density = squares.map((own, i) => -0.5 * (Math.log((2 * Math.PI) / (precision[i] as number)) + own));
  expect(left.density).toBeCloseTo(
    density.reduce((total, own) => total + own / 4, 0),
    12,
  );
});
