import type { Kernel } from "../kernel/kernel-types.ts";
import { openKernel } from "../kernel/open-kernel.ts";
import type { Evidence } from "./evidence.ts";
import { fitModel, type Model, type Unlikely } from "./fit-model.ts";
import { placesOf } from "./places-of.ts";
import { unlikelyReadings } from "./unlikely-readings.ts";

// Of fewer designs what others foretell is a guess: of 8 random readings of shared pools one in ten would be called a slip, of 12 to 60 one in ninety.
const FEWEST = 12;
// So many fits at most: what is set aside changes what the others foretell.
const ROUNDS = 4;
// Of the variance of all readings. Repeats of one design that scatter more may be one that slipped and one that did not.
const DISCORDANT = 1 / 4;

/**
 * Returns the model of the readings but for those that the others do not explain and that no repeat bears out, and which these are; as
 * `fitModel` where there are none.
 *
 * One slip teaches a process that all is noise, or that all is rough, and is recommended besides. So what chance would hardly have put
 * where it is (one in ten thousand, of all readings together) is set aside, the others are fitted anew, and what they then explain is taken
 * back. A reading is borne out where a repeat of it lies nearer to it than to what the others foretell.
 */
export function fitSound(evidence: Evidence, kernels: () => Kernel = openKernel): Model | null {
  // Networks were trained without what is set aside, and readings are judged by processes alone.
  const { learned, ...read } = evidence;
  const { model, setAside } = judged(read, kernels);
  const own = learned === undefined ? model : fitModel({ ...without(read, setAside), learned }, kernels);
  return own === null || setAside.length === 0 ? own : { ...own, setAside };
}

/** Returns the evidence without what `fitSound` sets aside. */
export function soundEvidence(evidence: Evidence, kernels: () => Kernel = openKernel): Evidence {
  return without(evidence, judged(evidence, kernels).setAside);
}

/** A model, and the readings that it was fitted without. */
interface Judged {
  readonly model: Model | null;
  readonly setAside: readonly Unlikely[];
}

function judged(evidence: Evidence, kernels: () => Kernel): Judged {
  const places = placesOf(evidence.features);
  if (places.size < FEWEST) return { model: fitModel(evidence, kernels), setAside: [] };
  let out = discordant(evidence, places);
  let model = fitModel(without(evidence, out), kernels);
  let setAside: readonly Unlikely[] = [];
  for (let round = 1; model !== null && round <= ROUNDS; round++) {
    const before: ReadonlySet<number> = new Set(out.map(({ reading }) => reading));
    setAside = unlikelyReadings(evidence, model, { out: before, places });
    const now = new Set(setAside.map(({ reading }) => reading));
    if (now.size === before.size && [...now].every((reading) => before.has(reading))) break;
    out = setAside;
    model = fitModel(without(evidence, out), kernels);
  }
  // What is left may be too little for any process, or too strange.
  return model === null ? { model: fitModel(evidence, kernels), setAside: [] } : { model, setAside };
}

/** Returns the evidence without some of its readings. */
function without(evidence: Evidence, out: readonly { readonly reading: number }[]): Evidence {
  if (out.length === 0) return evidence;
  const left = new Set(out.map(({ reading }) => reading));
  const kept = <T>(own: readonly T[]) => own.filter((_, reading) => !left.has(reading));
  const { features, values, uncertainties } = evidence;
  return {
    ...evidence,
    features: kept(features),
    values: kept(values),
    ...(uncertainties === undefined ? {} : { uncertainties: kept(uncertainties) }),
  };
}

/** The readings of designs whose repeats differ so much that the noise learned from them may drown everything. */
function discordant(
  { values }: Evidence,
  places: ReadonlyMap<string, readonly number[]>,
): readonly { readonly reading: number }[] {
  const total = varianceOf(values);
  const wide = [...places.values()].filter(
    (own) => own.length > 1 && varianceOf(own.map((reading) => values[reading] as number)) > DISCORDANT * total,
  );
  return wide.flat().map((reading) => ({ reading }));
}

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
