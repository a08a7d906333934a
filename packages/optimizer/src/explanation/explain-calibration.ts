import { readable } from "../readable.ts";
import type { Explanation } from "./explanation.ts";

/** What the model says of a reading that it was not shown, and the reading. */
export interface LeftOut {
  readonly mean: number;
  /** Of the reading, its noise included; positive. */
  readonly variance: number;
  readonly value: number;
}

/** Numbers of a leave-one-out check. */
export interface Calibration {
  readonly readings: number;
  /** Share of the variance between the readings that is predicted; 0 is no better than their mean, negative is worse. */
  readonly skill: number;
  /** Root mean square of the errors in standard deviations of the predictions; 1 is calibrated, more is overconfident. */
  readonly spread: number;
  /** Share of the readings within the central 90 % of their predictions. */
  readonly covered: number;
}

const Z95 = 1.6448536269514722;
const FEWEST = 5;

/** Returns how well the model predicts readings that it was not shown, in words and numbers. */
export function explainCalibration(leftOut: readonly LeftOut[]): Explanation<Calibration> {
  const readings = leftOut.length;
  const middle = leftOut.reduce((sum, { value }) => sum + value, 0) / readings;
  let missed = 0;
  let varied = 0;
  let square = 0;
  let inside = 0;
  for (const { mean, variance, value } of leftOut) {
    const error = value - mean;
    missed += error * error;
    varied += (value - middle) ** 2;
    square += (error * error) / variance;
    if (error * error <= Z95 * Z95 * variance) inside++;
  }
  const numbers = {
    readings,
    skill: varied > 0 ? 1 - missed / varied : 0,
    spread: readings === 0 ? 0 : Math.sqrt(square / readings),
    covered: readings === 0 ? 0 : inside / readings,
  };
  return { numbers, why: describe(numbers, inside) };
}

function describe({ readings, skill, spread }: Calibration, inside: number): string {
  if (readings < FEWEST) return `too few readings (${readings}) to check the model against itself`;
  const worth =
    skill > 0.7
      ? "predicts well"
      : skill > 0.3
        ? "predicts in part"
        : skill > 0
          ? "predicts little of"
          : "does not predict";
  const trust =
    spread > 1.5
      ? "it is overconfident"
      : spread < 0.6
        ? "it is more careful than it need be"
        : "its intervals can be trusted";
  const share = `${inside} of ${readings} lie within their 90 % interval`;
  return `the model ${worth} readings it was not shown (skill ${readable(skill)}); ${share}, so ${trust}`;
}
