import { againstRandom } from "./against-random.ts";
import type { FinalLine } from "./final-line.ts";
import type { StoppedEarly } from "./stopped-early.ts";
import { measuredPointText, pointText, rounded } from "./lines.ts";
import { unitText } from "./unit-text.ts";

const noneKept = "nothing that was measured is likely to keep its bounds";

/** What the numbers of a campaign are given in. */
export interface EndUnits {
  /** What is to be improved, "1" for a desirability. */
  readonly objective: string;
  /** Each observed quantity. */
  readonly observed: Readonly<Record<string, string>>;
}

/** Returns the end of a campaign as a person reads it, from its last JSON line, and from how it was stopped if it was. */
export function endText(last: FinalLine, csv: string, stopped: StoppedEarly | null, units: EndUnits): string[] {
  const { best, bestMeasured, front, random } = last;
  const unit = unitText(units.objective);
  const lines = ["", stopped === null ? finishedText(last) : stoppedText(stopped)];
  if (best === null && (front === undefined || front.length === 0) && last.experiments > 0) {
    lines.push(`  ${front === undefined ? "best design" : "front      "}    none: ${noneKept}`);
  }
  if (best !== null) {
    const [low, high] = best.interval90;
    lines.push(
      `  best design    ${measuredPointText(best)}`,
      `                 expected ${rounded(best.value)}${unit} (90 % between ${rounded(low)} and ${rounded(high)}); measured ${best.observed.map(rounded).join(", ")}`,
    );
  }
  if (front !== undefined && front.length > 0) {
    lines.push(
      `  front          ${front.length === 1 ? "1 design" : `${front.length} designs`}, none of which another beats in everything`,
    );
    for (const point of front) {
      const believed = Object.entries(point.values).map(
        ([
          name,
          {
            value,
            interval90: [low, high],
          },
        ]) =>
          `${name} ${rounded(value)}${unitText(units.observed[name] ?? "1")} (90 %: ${rounded(low)} – ${rounded(high)})`,
      );
      lines.push(`    ${measuredPointText(point)}`, ...believed.map((text) => `                 ${text}`));
    }
  }
  if (bestMeasured !== null) {
    lines.push(`  best reading   ${rounded(bestMeasured.value)}${unit} at ${pointText(bestMeasured.parameters)}`);
  }
  lines.push(
    random === null
      ? `  random search  cannot be compared: ${last.randomReason ?? "no pool"}`
      : `  random search  ${againstRandom(random)}`,
    `  data           ${csv}`,
  );
  return lines;
}

/** Returns the end of a campaign that was aborted: there is no best design to tell of. */
export function abortedText(stopped: StoppedEarly, csv: string): string[] {
  return ["", stoppedText(stopped), `  data           ${csv}`];
}

function finishedText({ experiments, reason }: FinalLine): string {
  return `finished after ${experiments} ${experiments === 1 ? "experiment" : "experiments"}${reason === undefined ? "" : `: ${reason}`}`;
}

function stoppedText({ phase, experiments, failed, reason }: StoppedEarly): string {
  const others = failed === 0 ? "" : `, and ${failed} that ${failed === 1 ? "was" : "were"} not completed`;
  return `${phase} after ${experiments} experiment${experiments === 1 ? "" : "s"} with a value${others}: ${reason}`;
}
