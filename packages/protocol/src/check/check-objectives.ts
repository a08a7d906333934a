import {
  type CampaignDocument,
  desirabilityProblem,
  type Fault,
  type JointObjective,
  type Objective,
} from "@labloop/contracts";
import type { ReadDocument } from "../documents/read-document.ts";
import { faultOf } from "../outcome.ts";
import { own } from "../own.ts";
import { suggestOrList } from "../suggest.ts";

type Read = ReadDocument<CampaignDocument>;

/** Beyond it hypervolume is too dear to count, and no table or picture of the front can be read. */
const mostTogether = 4;

/** What several objectives come to where each says what is desirable: from 0, not acceptable, to 1. */
const desirable: Objective = { name: "desirability", unit: "1", goal: "maximise" };

/** Returns the one quantity that tells how good a design is; null of a front, where none does. */
export function singleObjective({ objective, objectives = [] }: CampaignDocument): Objective | null {
  if (objective !== undefined) return objective;
  return objectives.some(({ goal, desirability }) => goal === "target" || desirability !== undefined)
    ? desirable
    : null;
}

/** Returns what is wrong with what a campaign is to improve, by itself. */
export function objectiveFaults(campaign: CampaignDocument, read: Read): Fault[] {
  const { objective, objectives } = campaign;
  const { atKey, atValue } = read;
  if (objective === undefined && objectives === undefined) {
    const hint = `write objective: for one observed quantity, or objectives: for two to ${mostTogether} together`;
    return [atValue([], faultOf("campaign.objectiveMissing", "nothing says what is to be improved", hint))];
  }
  const faults: Fault[] = objective === undefined ? [] : observedFaults(campaign, objective, ["objective"], read);
  if (objectives === undefined) return faults;
  if (objective !== undefined) {
    const message = "a campaign has one objective or several, not both";
    faults.push(atKey(["objectives"], faultOf("campaign.objectiveTwice", message, "leave out one of the two")));
  }
  const isScaled = objectives.some(({ goal, desirability }) => goal === "target" || desirability !== undefined);
  if (objectives.length === 0 || (objectives.length === 1 && !isScaled)) {
    const hint = "write objective: for one";
    const message = `objectives are two to ${mostTogether}, not ${objectives.length}`;
    faults.push(atKey(["objectives"], faultOf("campaign.objectivesFew", message, hint)));
  }
  if (objectives.length > mostTogether) {
    const message = `objectives are two to ${mostTogether}, not ${objectives.length}`;
    const hint = "hold what only has to be good enough within bounds, under outcomeConstraints:";
    faults.push(atKey(["objectives"], faultOf("campaign.objectivesMany", message, hint)));
  }
  const names = objectives.map(({ name }) => name);
  objectives.forEach((each, index) => {
    const place = ["objectives", index];
    faults.push(...observedFaults(campaign, each, place, read));
    if (names.indexOf(each.name) < index) {
      const fault = faultOf("campaign.objectiveRepeated", `'${each.name}' is an objective already`);
      faults.push(atValue([...place, "name"], fault));
    }
    if (isScaled) faults.push(...desirabilityFaults(each, place, read));
  });
  if (isScaled && Object.hasOwn(campaign.observe, desirable.name)) {
    const message = `'${desirable.name}' is what the objectives come to, and cannot be observed as well`;
    faults.push(
      atKey(
        ["observe", desirable.name],
        faultOf("campaign.nameTaken", message, "give it another name, here and below"),
      ),
    );
  }
  return faults;
}

function observedFaults(
  campaign: CampaignDocument,
  { name, unit }: Pick<Objective, "name" | "unit">,
  place: readonly (string | number)[],
  { atValue }: Read,
): Fault[] {
  const observed = Object.keys(campaign.observe);
  const given = own(campaign.units, name);
  if (!observed.includes(name)) {
    const hint = suggestOrList(name, observed, "observed");
    return [
      atValue(
        [...place, "name"],
        faultOf("campaign.objectiveUnknown", `the objective '${name}' is not observed`, hint),
      ),
    ];
  }
  if (given === undefined || given === unit) return [];
  const message = `the objective is in '${unit}', but '${name}' is given in '${given}'`;
  return [atValue([...place, "unit"], faultOf("campaign.objectiveUnit", message, `write ${given}`))];
}

/** Either all objectives are folded into one desirability, and then each says how, or none is. */
function desirabilityFaults(
  objective: JointObjective,
  place: readonly (string | number)[],
  { atKey, atValue }: Read,
): Fault[] {
  const { name, goal, desirability } = objective;
  const faults: Fault[] = [];
  if (desirability === undefined) {
    const message =
      goal === "target"
        ? `'${name}' is to hit a target, and has no desirability that says which`
        : `'${name}' has no desirability, though another objective has`;
    const hint =
      goal === "target"
        ? "add desirability: { low: …, target: …, high: … }"
        : "give every objective one, or none, which searches the front of all";
    faults.push(atValue(place, faultOf("campaign.desirabilityMissing", message, hint)));
  } else {
    const problem = desirabilityProblem(goal, desirability);
    if (problem !== null) {
      const message = `the desirability of '${name}' ${problem.what}`;
      faults.push(atValue([...place, "desirability"], faultOf("campaign.desirability", message, problem.mend)));
    }
  }
  for (const [key, means] of [
    ["reference", "worst"],
    ["target", goal === "target" ? "target" : "best"],
  ] as const) {
    if (objective[key] === undefined) continue;
    const message = `a ${key} belongs to a front; a desirability has its ${means} in place of it`;
    faults.push(atKey([...place, key], faultOf("campaign.objectiveLimits", message, `leave out ${key}`)));
  }
  return faults;
}
