import type { Design, DesignValue, Study, StudyParameter } from "@labloop/contracts";
import { readableTo } from "../readable-to.ts";

// Where nothing is varied so much of the value is told apart.
const SHARE = 1e-5;

/** Returns a design as a person reads it: the parameters in the study's order, since a trial's own order is whoever wrote it. */
export function designName({ parameters }: Study, design: Design): string {
  return parameters
    .map((parameter) => {
      const value = design[parameter.name] as DesignValue;
      return `${parameter.name} ${typeof value === "number" ? readableTo(value, finestIn(parameter)) : value}`;
    })
    .join(", ");
}

/** What designs may differ by, and a little less: 1005 and 1010 °C are two temperatures. A hundredth of the smallest step, or a thousandth of a range without steps. */
function finestIn(parameter: StudyParameter): number {
  switch (parameter.kind) {
    case "continuous": {
      const { min, max, step } = parameter;
      if (min === max) return SHARE * Math.abs(min);
      return step === undefined ? (max - min) / 1000 : step / 100;
    }
    case "integer":
      return 1 / 100;
    case "levels": {
      const gaps = parameter.levels.slice(1).map((level, i) => level - (parameter.levels[i] as number));
      return gaps.length === 0 ? SHARE * Math.abs(parameter.levels[0] as number) : Math.min(...gaps) / 100;
    }
    default:
      return 0;
  }
}
