import type { Explanation } from "./explanation.ts";

/** Numbers of a leave-one-out check. */
export interface Calibration {
  /** Designs with a reading. */
  readonly readings: number;
  /** Share of the variance between designs not measured that it is to be said to predict; 0 is no better than their mean, negative is worse. */
  readonly skill: number;
  /** Root mean square of the errors in standard deviations of the predictions; 1 is calibrated, more is overconfident. */
  readonly spread: number;
  /** Share of them within the central 90 % of their predictions. */
  readonly covered: number;
}

const FEWEST = 5;

/** Returns in words how well the model predicts readings that it was not shown. */
export function explainCalibration(numbers: Calibration): Explanation<Calibration> {
  return { numbers, why: describe(numbers) };
}

function describe({ readings, skill, spread, covered }: Calibration): string {
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
      ? "it is overconfident, and what it says is told with wider intervals"
      : spread < 0.6
        ? "it is more careful than it need be"
        : "its intervals can be trusted";
  const inside = Math.round(covered * readings);
  const part = skill > 0 ? ` (about ${Math.round(100 * skill)} % of their differences)` : "";
  return `the model ${worth} readings it was not shown${part}; ${inside} of ${readings} lie within their 90 % interval, so ${trust}`;
}
