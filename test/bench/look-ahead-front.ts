// Plays campaigns of labloop on problems and shared pools of several objectives and asks on the way how they would go on: whether ten more
// experiments widen the front by more than so much of its hypervolume, and what is lost at most by stopping. Tells how often what was told
// with about which probability came true, and in how many of the questions the loss was within the bound.
// Run: node test/bench/look-ahead-front.ts [--of a,b] [--seeds 4] [--first-seed 1] [--gains 0.02,0.05,0.1] [--json]
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Design, StudyDraft } from "@labloop/contracts";
import { createStudy, hypervolume, type OpenStudy } from "@labloop/optimizer";
import { poolOf } from "@labloop/optimizer/benchmark";
import { loadPool } from "../../packages/cli/src/bench/load-pool.ts";
import { type Question, tellQuestions } from "./look-ahead/tell-questions.ts";
import { slacksOf } from "./synthetic/lacking.ts";
import { frontProblems } from "./synthetic/front-problems.ts";

type Values = Readonly<Record<string, number>>;

/** What campaigns are played on: every objective has a reference, and nothing is read with noise. */
interface Ground {
  readonly name: string;
  readonly study: StudyDraft;
  readonly evaluate: (design: Design) => Values;
  /** The greatest hypervolume. */
  readonly best: number;
}

const pools = join(import.meta.dirname, "pools");
const { values: flags } = parseArgs({
  options: {
    of: { type: "string", default: "" },
    seeds: { type: "string", default: "4" },
    "first-seed": { type: "string", default: "1" },
    gains: { type: "string", default: "0.02,0.05,0.1" },
    json: { type: "boolean", default: false },
  },
});
const BUDGET = 40;
/** Asked after so many experiments, of so many more. */
const ASKED = [10, 20, 30];
const AHEAD = 10;
/** As shares of the hypervolume of the front then recommended. */
const gains = flags.gains.split(",").map(Number);

function volumeOf({ objectives }: StudyDraft, values: readonly Values[]): number {
  const sign = (goal: string | undefined) => (goal === "minimise" ? -1 : 1);
  return hypervolume(
    values.map((own) => objectives.map(({ name, goal }) => sign(goal) * (own[name] as number))),
    objectives.map(({ goal, reference }) => sign(goal) * (reference as number)),
  );
}

/** A pool whose worst values are the references; null where it has one objective. */
function groundOf(name: string): Ground | null {
  const loaded = loadPool(join(pools, name, "pool.yaml"));
  if (!loaded.ok) throw new Error(loaded.faults.map(({ message }) => message).join("; "));
  const { study, designs, truth } = poolOf(loaded.value);
  if (study.objectives.length < 2) return null;
  const objectives = study.objectives.map((objective, k) => {
    const own = truth.map((values) => values[k] as number);
    return { ...objective, reference: objective.goal === "minimise" ? Math.max(...own) : Math.min(...own) };
  });
  const rows = truth.map((values) => Object.fromEntries(objectives.map((own, k) => [own.name, values[k] as number])));
  const rowAt = new Map(designs.map((design, i) => [JSON.stringify(design), rows[i] as Values]));
  // A table may have rounded what has to add up: its list of designs alone says what can be made.
  const listed = { ...study, objectives, constraints: [], candidates: [...designs] };
  return {
    name,
    study: listed,
    evaluate: (design) => rowAt.get(JSON.stringify(design)) as Values,
    best: volumeOf(listed, rows),
  };
}

function questionsOf({ name, study, evaluate, best }: Ground, seed: number): Question[] {
  const budget = Math.min(BUDGET, study.candidates?.length ?? BUDGET);
  const open = createStudy({ ...study, budget }, { seed });
  const told: Omit<Question, "came" | "loss">[] = [];
  const volumes = new Map<number, number>();
  for (let made = 0; made < budget; made++) {
    const [proposal] = open.ask();
    if (proposal === undefined) break;
    const values = evaluate(proposal.design);
    open.tell({ design: proposal.design, outcome: { status: "measured", values: { ...values } } });
    const count = made + 1;
    if (ASKED.includes(count) || ASKED.includes(count - AHEAD)) volumes.set(count, recommended(open, study, evaluate));
    if (!ASKED.includes(count) || count + AHEAD > budget) continue;
    for (const gain of gains) {
      const found = open.lookAhead({ experiments: AHEAD, gain });
      if (found !== null) told.push({ pool: name, asked: count, gain, chance: found.chance, regret: found.regret });
    }
  }
  return told.flatMap((one) => {
    const now = volumes.get(one.asked) as number;
    const then = volumes.get(one.asked + AHEAD);
    if (then === undefined || !(now > 0)) return [];
    return [{ ...one, came: (then - now) / now > one.gain, loss: (best - now) / now }];
  });
}

/** The hypervolume that the recommended front has in truth. */
function recommended(open: OpenStudy, study: StudyDraft, evaluate: Ground["evaluate"]): number {
  const values = (open.propose(0).front ?? []).map(({ design }) => evaluate(design));
  return volumeOf(
    study,
    values.filter((own) => slacksOf(study, own).every((slack) => slack >= 0)),
  );
}

const wanted = flags.of === "" ? null : flags.of.split(",");
const isWanted = (name: string) => wanted?.includes(name) ?? true;
const grounds = [
  ...frontProblems.filter(({ name }) => isWanted(name)),
  ...readdirSync(pools)
    .filter(isWanted)
    .flatMap((name) => groundOf(name) ?? []),
];
const questions: Question[] = [];
for (const ground of grounds) {
  for (let i = 0; i < Number(flags.seeds); i++) {
    questions.push(...questionsOf(ground, Number(flags["first-seed"]) + i));
  }
  console.error(ground.name);
}
if (flags.json) console.log(JSON.stringify(questions));
tellQuestions(questions);
