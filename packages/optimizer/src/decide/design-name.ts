import type { Design, DesignValue, Study, StudyParameter } from "@labloop/contracts";

// Three digits are read at a glance; a double has no more than fifteen that count.
const FEWEST = 3;
const MOST = 15;
// Where nothing is varied: what a person can set or read.
const OF_ONE_VALUE = 6;

/** Returns a design as a person reads it: the parameters in the study's order, since a trial's own order is whoever wrote it. */
export function designName({ parameters }: Study, design: Design): string {
  return parameters
    .map((parameter) => {
      const value = design[parameter.name] as DesignValue;
      return `${parameter.name} ${typeof value === "number" ? told(value, finestIn(parameter)) : value}`;
    })
    .join(", ");
}

/** A number with as many digits as tell what is so much apart, three at least: 1005 and 1010 °C are two temperatures. */
function told(value: number, finest: number): string {
  const digits = finest > 0 && value !== 0 ? 1 + magnitudeOf(value) - magnitudeOf(finest) : OF_ONE_VALUE;
  return String(Number(value.toPrecision(Math.min(MOST, Math.max(FEWEST, digits)))));
}

/** A hundredth of the smallest step, or a thousandth of a range without steps; 0 where there is one value. */
function finestIn(parameter: StudyParameter): number {
  switch (parameter.kind) {
    case "continuous":
      return parameter.step === undefined ? (parameter.max - parameter.min) / 1000 : parameter.step / 100;
    case "integer":
      return 1 / 100;
    case "levels": {
      const gaps = parameter.levels.slice(1).map((level, i) => level - (parameter.levels[i] as number));
      return gaps.length === 0 ? 0 : Math.min(...gaps) / 100;
    }
    default:
      return 0;
  }
}

/** The power of ten of a number's first digit. */
function magnitudeOf(value: number): number {
  return Number(value.toExponential().split("e")[1]);
}
