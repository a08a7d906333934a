import { evidenceOf } from "../decide/evidence-of.ts";
import { learnedTrials } from "../decide/learned-trials.ts";
import type { DesignRequest } from "../decide/design-request.ts";
import { soundEvidence } from "../model/fit-sound.ts";
import { openSpace } from "../space/open-space.ts";
import { createRandom } from "../random/create-random.ts";
import { drawSeed } from "../decide/draw-seed.ts";
import { readTrials } from "../study/read-trials.ts";
import type { NeuralEnsemble, NeuralLearning, NeuralNetwork, TrainingSet } from "./ensemble.ts";
import { NETWORKS } from "./folds.ts";
import { trainInWorker } from "./train-in-worker.ts";
import { learnedReadings, trainingSet } from "./training-set.ts";

// Below the first networks know too little to be worth their seconds; below the second they cannot be judged.
const FEWEST = { auto: 100, on: 10 } as const;

const WORKER = new URL("./neural-worker.ts", import.meta.url);

/**
 * Returns what networks learn of the trials of a request, to be handed to `proposeDesigns` with it; null where the study asks for
 * none or request and study have faults, which `proposeDesigns` tells. Never rejects: where nothing could be trained it says why,
 * and the Gaussian processes go on alone.
 *
 * Equal requests give equal weights on one back end of TensorFlow.js. Of several objectives those have networks that enough designs were
 * read of. `source` is the worker's module.
 */
export async function learnNeural(
  { study, trials, pending = [], seed }: Pick<DesignRequest, "study" | "trials" | "seed"> & Partial<DesignRequest>,
  source: URL = WORKER,
): Promise<NeuralLearning | null> {
  const asked = study.surrogate?.neural ?? "off";
  const space = asked === "off" ? [] : openSpace(study);
  const readings = Array.isArray(space) ? [] : readTrials(space, trials);
  if (asked === "off" || Array.isArray(space) || Array.isArray(readings)) return null;
  // As the processes judge them: which readings are set aside must be the same.
  const { quantities } = evidenceOf(space, study, trials, learnedTrials(space, trials, readings), pending.length === 0);
  const fewest = FEWEST[asked];
  const random = createRandom(drawSeed(seed, trials.length, 0));
  const objectives = quantities.map((evidence, k): ReadObjective => {
    const learned = evidence.values.length === 0 ? null : learnedReadings(soundEvidence(evidence));
    const own = Math.floor(random.uniform() * 0x1_0000_0000);
    const designs = learned?.readings.count ?? 0;
    const set = learned === null || designs < fewest ? null : trainingSet(learned, own);
    return { name: study.objectives[k]?.name ?? "", designs, readings: learned?.digest ?? "", set };
  });
  const sets = objectives.flatMap(({ set }) => set ?? []);
  if (sets.length === 0) {
    const most = Math.max(...objectives.map(({ designs }) => designs));
    const reason = `no networks were trained: ${most} designs were measured, and with "${asked}" it takes ${fewest}`;
    return { tried: [], reason, ensembles: [] };
  }
  const reply = await trainInWorker(sets, source);
  if (reply instanceof Error) {
    const reason = `no networks were trained, and the Gaussian processes go on alone: ${reply.message}`;
    return { tried: [], reason, ensembles: [] };
  }
  const { tried, networks } = reply;
  const taken = tried.find((trial) => trial.taken);
  if (taken === undefined) {
    const reason =
      "no networks were trained, and the Gaussian processes go on alone: no back end of TensorFlow.js works here";
    return { tried, reason, ensembles: [] };
  }
  const ensembles = objectives.map(({ set, readings: digest }): NeuralEnsemble | null => {
    const own = set === null ? [] : (networks[sets.indexOf(set)] ?? []);
    return set !== null && areSound(own) ? { networks: own, seed: set.seed, readings: digest } : null;
  });
  const without = objectives.flatMap(({ name, designs, set }, k) => {
    if (ensembles[k] !== null) return [];
    const why = set === null ? `${designs} designs were read, and with "${asked}" it takes ${fewest}` : DIVERGED;
    return [`none for "${name}": ${why}`];
  });
  const trained = objectives.filter((_, k) => ensembles[k] !== null);
  if (trained.length === 0) {
    const reason = `no networks are believed, and the Gaussian processes go on alone: ${without.join("; ")}`;
    return { tried, reason, ensembles: [] };
  }
  const reason = `${NETWORKS} networks were trained on ${designsOf(trained)} by TensorFlow.js, back end ${taken.name}`;
  return { tried, reason: [reason, ...without].join("; "), ensembles };
}

const DIVERGED = "their weights left the range of numbers, as a design far beyond all others makes them";

/** Returns whether every weight is a number: training is in single precision, which ends at 3e38. */
function areSound(networks: readonly NeuralNetwork[]): boolean {
  return networks.length > 0 && networks.every(({ weights }) => weights.every((own) => own.every(Number.isFinite)));
}

/** One objective of a study: of how many designs it was read, the digest of those readings, and what networks learn from, null of too few. */
interface ReadObjective {
  readonly name: string;
  readonly designs: number;
  readonly readings: string;
  readonly set: TrainingSet | null;
}

/** On how many designs networks were trained, told once where it is as many for each of the objectives. */
function designsOf(trained: readonly ReadObjective[]): string {
  const counts = trained.map(({ designs }) => designs);
  if (new Set(counts).size === 1) return `${counts[0]} designs`;
  return trained.map(({ name, designs }) => `${designs} designs for "${name}"`).join(" and ");
}
