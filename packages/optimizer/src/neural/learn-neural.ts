import { evidenceOf } from "../decide/evidence-of.ts";
import { learnedTrials } from "../decide/learned-trials.ts";
import type { DesignRequest } from "../decide/design-request.ts";
import { openSpace } from "../space/open-space.ts";
import { createRandom } from "../random/create-random.ts";
import { drawSeed } from "../decide/draw-seed.ts";
import { readTrials } from "../study/read-trials.ts";
import type { NeuralLearning } from "./ensemble.ts";
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
 * Equal requests give equal weights on one back end of TensorFlow.js. `source` is the worker's module.
 */
export async function learnNeural(
  { study, trials, seed }: Pick<DesignRequest, "study" | "trials" | "seed">,
  source: URL = WORKER,
): Promise<NeuralLearning | null> {
  const asked = study.surrogate?.neural ?? "off";
  const space = asked === "off" ? [] : openSpace(study);
  const readings = Array.isArray(space) ? [] : readTrials(space, trials);
  if (asked === "off" || Array.isArray(space) || Array.isArray(readings)) return null;
  const learned = evidenceOf(space, study, trials, learnedTrials(space, trials, readings)).quantities.flatMap(
    (evidence) => (evidence.values.length === 0 ? [] : [learnedReadings(evidence)]),
  );
  const designs = learned[0]?.readings.count ?? 0;
  if (designs < FEWEST[asked]) {
    const reason = `no networks were trained: ${designs} designs were measured, and with "${asked}" it takes ${FEWEST[asked]}`;
    return { tried: [], reason, ensembles: [] };
  }
  const random = createRandom(drawSeed(seed, trials.length, 0));
  const sets = learned.map((own) => trainingSet(own, Math.floor(random.uniform() * 0x1_0000_0000)));
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
  return {
    tried,
    reason: `${NETWORKS} networks were trained on ${designs} designs by TensorFlow.js, back end ${taken.name}`,
    ensembles: networks.map((own, k) => ({
      networks: own,
      seed: sets[k]?.seed ?? 0,
      readings: learned[k]?.digest ?? "",
    })),
  };
}
