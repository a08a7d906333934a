import { sha256 } from "@labloop/contracts/digest";
import type { Study } from "@labloop/contracts";
import type { BackEndTrial, NeuralEnsemble, NeuralLearning } from "./ensemble.ts";

/** What a proposal records of the networks that its study asks for. */
export interface NeuralRecord {
  /** In a sentence: what was trained, or why nothing was. */
  readonly reason: string;
  /** Back ends of TensorFlow.js in the order tried. Weights trained on different ones differ by rounding. */
  readonly tried: readonly BackEndTrial[];
  /** SHA-256 of all weights, null where nothing was trained: proposals with equal weights are equal, wherever they were trained. */
  readonly networks: string | null;
}

/**
 * Returns the record of what was learned, if anything was, and of which objectives `models` took no networks though there are some; undefined
 * where the study asks for none.
 */
export function neuralRecord(
  study: Study,
  learning: NeuralLearning | undefined,
  models: readonly { readonly objective: string; readonly neural?: object }[],
): NeuralRecord | undefined {
  if ((study.surrogate?.neural ?? "off") === "off") return undefined;
  if (learning === undefined) {
    return { reason: "no networks were trained before this was proposed", tried: [], networks: null };
  }
  const { tried, ensembles } = learning;
  const passedOver = study.objectives.flatMap(({ name }, k) => {
    const isPassedOver = models.some(({ objective, neural }) => objective === name && neural === undefined);
    return (ensembles[k] ?? null) !== null && isPassedOver
      ? [`those of "${name}" are not believed: they were trained on other readings than these`]
      : [];
  });
  const reason = [learning.reason, ...passedOver].join("; ");
  return { reason, tried, networks: ensembles.length === 0 ? null : digestOf(ensembles) };
}

function digestOf(ensembles: readonly (NeuralEnsemble | null)[]): string {
  const weights = ensembles.flatMap((own) => own?.networks.flatMap((network) => network.weights) ?? []);
  const bytes = new Uint8Array(weights.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const { buffer, byteOffset, byteLength } of weights) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset += byteLength;
  }
  return sha256(bytes);
}
