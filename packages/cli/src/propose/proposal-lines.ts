import type { Design, DesignValue, ExplanationAspect, Study, Trial } from "@labloop/contracts";
import type { DesignProposal, ProposedDesigns } from "@labloop/optimizer";
import { boundReadings } from "./bound-readings.ts";
import { intervalText } from "./interval-text.ts";
import { shortNumber } from "./short-number.ts";
import { unitText } from "../report/unit-text.ts";
import { wrapText } from "./wrap-text.ts";

const WIDTH = 80;
// A double has no more digits that count.
const EXACT = 15;
const NONE_LEFT = "nothing is left to propose: every design was measured, is being made, or cannot be made";

/** Says which readings of a quantity at a design were bounds alone. */
type BoundsAt = (design: Design, name: string) => string;

/**
 * Returns an answer as a person reads it: a table of the designs, then why each, or that none is left, what the model has learned, and the
 * best so far of its trials.
 */
export function proposalLines(
  study: Study,
  { proposals, best, front, models, neural, hash, explanation }: ProposedDesigns,
  trials: readonly Trial[],
): string[] {
  const told = explanation ?? proposals[0]?.explanation ?? [];
  const none = noneOf(study, trials);
  const boundsAt: BoundsAt = (design, name) => boundReadings(study, trials, design, name);
  const readAt = (design: Design) =>
    readAs(boundsOf([...study.objectives, ...study.outcomeConstraints], design, boundsAt));
  return [
    ...(proposals.length === 0 ? wrapText(NONE_LEFT, "", WIDTH) : designLines(study, proposals)),
    ...modelLines(study, told),
    ...(front === undefined
      ? bestLines(study, best, models.length > 0, none, (design) => readAt(design) + doubtOf(study, told, design))
      : frontLines(study, front, none, boundsAt)),
    ...aheadLines(told),
    ...neuralLines(models, neural),
    `sha256 ${hash}`,
  ];
}

/** The designs in a table, then why each. */
function designLines(study: Study, proposals: readonly DesignProposal[]): string[] {
  const predicted = proposals.some((proposal) => proposal.predicted !== null);
  const heads = [
    ...study.parameters.map(({ name, unit }) => withUnit(name, unit)),
    ...(predicted ? study.objectives.map(({ name, unit }) => `${withUnit(name, unit)}, expected`) : []),
  ];
  const rows = proposals.map((proposal) => [
    ...study.parameters.map(({ name }) => valueText(proposal.design[name])),
    ...(predicted ? study.objectives.map(({ name }) => expectation(proposal, name)) : []),
  ]);
  const table = columnsOf([["", ...heads], ...rows.map((row, i) => [String(i + 1), ...row])]);
  return [...table, "", ...proposals.flatMap(reasonLines)];
}

/** Why a design is proposed: the rule, then what concerns this design alone. */
function reasonLines({ why, explanation }: DesignProposal, i: number): string[] {
  const own = explanation.filter(({ objective, aspect }) => objective === null && aspect !== "ahead");
  return [...wrapText(why, `${i + 1}: `, WIDTH), ...own.flatMap((aspect) => wrapText(aspect.why, "   - ", WIDTH))];
}

/** What the models say, the same for every design that is proposed. */
function modelLines(study: Study, told: readonly ExplanationAspect[]): string[] {
  const several = study.objectives.length > 1;
  const aspects = told.filter(({ objective, aspect }) => objective !== null && aspect !== "ahead");
  if (aspects.length === 0) return [];
  return [
    "",
    "how far to trust it:",
    ...aspects.flatMap(({ objective, why }) => wrapText(several ? `${objective}: ${why}` : why, "   - ", WIDTH)),
  ];
}

function bestLines(
  study: Study,
  best: ProposedDesigns["best"],
  isLearned: boolean,
  none: string,
  remarkOf: (design: Design) => string,
): string[] {
  if (best === null && !isLearned) return [""];
  if (best === null) return ["", `best so far: ${none}`];
  const { value, interval90 } = best.expected;
  const design = study.parameters
    .map(({ name, unit }) => `${name} ${valueText(best.design[name])}${unitText(unit)}`)
    .join(", ");
  const [objective] = study.objectives;
  const what =
    objective === undefined || objective.desirability !== undefined
      ? "desirability"
      : withUnit(objective.name, objective.unit);
  const told = `best so far: ${what} ${intervalText(value, interval90)} at ${design}${remarkOf(best.design)}`;
  return ["", ...wrapText(told, "", WIDTH)];
}

/** Whoever takes the best at its word should know that it may be a slip. */
function doubtOf({ parameters }: Study, told: readonly ExplanationAspect[], design: Design): string {
  const isIt = (other: Design) => parameters.every(({ name }) => other[name] === design[name]);
  const doubted = told.some((aspect) => {
    if (aspect.aspect !== "outlier" || !isIt(aspect.numbers.design)) return false;
    // What else was read there may be believed, or borne out.
    return aspect.numbers.standing === undefined || aspect.numbers.standing === "believed";
  });
  return doubted ? ", whose reading the others do not explain" : "";
}

/** Why nothing is recommended. */
function noneOf({ objectives }: Study, trials: readonly Trial[]): string {
  if (trials.every(({ outcome }) => outcome.status !== "measured")) return "none; nothing was measured yet";
  const what = objectives.length > 1 ? "read in every objective" : "measured";
  return `none; nothing ${what} is allowed by the study and likely to keep its bounds`;
}

/** The measured designs that no other is believed to beat in every objective. */
function frontLines(
  study: Study,
  front: NonNullable<ProposedDesigns["front"]>,
  none: string,
  boundsAt: BoundsAt,
): string[] {
  if (front.length === 0) {
    return ["", `front so far: ${none}`];
  }
  const bounded = front.some(({ chance }) => chance !== undefined);
  const limits = study.outcomeConstraints.filter(({ name }) => study.objectives.every((own) => own.name !== name));
  const heads = [
    ...study.parameters.map(({ name, unit }) => withUnit(name, unit)),
    ...study.objectives.map(({ name, unit }) => withUnit(name, unit)),
    ...(bounded ? ["keeps its bounds"] : []),
  ];
  const rows = front.map(({ design, chance, expected }) => [
    ...study.parameters.map(({ name }) => valueText(design[name])),
    ...study.objectives.map(({ name }) => {
      const own = expected[name];
      return own === undefined ? "–" : `${intervalText(own.value, own.interval90)}${readAs(boundsAt(design, name))}`;
    }),
    ...(chance === undefined ? [] : [`${percentOf(chance)} %${readAs(boundsOf(limits, design, boundsAt))}`]),
  ]);
  return ["", "front so far:", ...columnsOf([["", ...heads], ...rows.map((row) => ["", ...row])])];
}

/** What was read as a bound alone of several quantities at a design, each with its name. */
function boundsOf(quantities: readonly { readonly name: string }[], design: Design, boundsAt: BoundsAt): string {
  const names = new Set(quantities.map(({ name }) => name));
  return [...names]
    .flatMap((name) => {
      const own = boundsAt(design, name);
      return own === "" ? [] : [`${name} ${own}`];
    })
    .join("; ");
}

function readAs(bounds: string): string {
  return bounds === "" ? "" : `, read as ${bounds}`;
}

/** Whether it is worth going on. */
function aheadLines(told: readonly ExplanationAspect[]): string[] {
  const ahead = told.find(({ aspect }) => aspect === "ahead");
  return ahead === undefined ? [] : wrapText(ahead.why, "", WIDTH);
}

/** What came of the networks that the study asks for: without a word they would seem to have had a say. */
function neuralLines(models: ProposedDesigns["models"], neural: ProposedDesigns["neural"]): string[] {
  if (neural === undefined) return [];
  const passed = neural.tried.filter(({ taken }) => !taken).map(({ name, reason }) => `  back end ${name}: ${reason}`);
  const judged = models.flatMap(({ objective, neural: own }) =>
    own === undefined
      ? []
      : [
          `  ${objective}: ${Math.round(100 * own.weight)} % of the model; log density left out ${shortNumber(own.looDensity)}, of the best process ${shortNumber(own.rivalDensity)}`,
        ],
  );
  return [neural.reason, ...passed, ...judged];
}

function expectation({ predicted }: DesignProposal, name: string): string {
  const expected = predicted?.[name];
  return expected === undefined ? "–" : intervalText(expected.value, expected.interval90);
}

/** What is to be set is told as it is, but for the dust of binary fractions: whoever sets another value makes another design. */
function valueText(value: DesignValue = ""): string {
  return typeof value === "string" ? value : shortNumber(value, EXACT);
}

/** In whole percent: never nothing and never certain, which no model can say. */
function percentOf(chance: number): number {
  return Math.min(99, Math.max(1, Math.round(100 * chance)));
}

function withUnit(name: string, unit: string): string {
  return unit === "1" || unit === "" ? name : `${name} (${unit})`;
}

function columnsOf(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
