import type { Design } from "@labloop/contracts";
import { createRandom } from "../random/create-random.ts";
import type { Space } from "../space/space.ts";
import { expectedAt, leadersOf, negate, summarise } from "./describe-model.ts";
import type { Answer, DesignProposal, DesignRequest, Known } from "./design-request.ts";
import { drawSeed } from "./draw-seed.ts";
import { openField } from "./open-field.ts";
import { pickFront } from "./pick-front.ts";

/** Returns the next designs where several quantities are to be made better together. */
export function proposeFront(
  { study, trials, pending, seed }: DesignRequest,
  space: Space,
  known: Known,
  count: number,
): Answer {
  const random = createRandom(drawSeed(seed, trials.length, pending.length));
  const { designs, keys, quantities: evidence } = known.evidence;
  const signs = study.objectives.map(({ goal }) => (goal === "minimise" ? -1 : 1));
  const sums = designs.map((_, i) => evidence.reduce((sum, { values }) => sum + (values[i] as number), 0));
  const field = openField(space, leadersOf(sums, designs), random);
  const taken = field.keys.map((key) => known.shut.has(key));
  const measured = new Set(keys);
  const free = field.keys.flatMap((_, i) => (taken[i] ? [] : [i]));
  const untried = free.filter((i) => !measured.has(field.keys[i] as string));
  const { picks, models } = pickFront(
    {
      evidence,
      reference: study.objectives.map(({ reference }, k) =>
        reference === undefined ? undefined : reference * (signs[k] as number),
      ),
      candidates: field.features,
      open: untried.length > 0 ? untried : free,
      pending: pending.map((design) => space.encode(design)),
    },
    count,
    random,
  );
  const proposals = picks.map(({ index, gain }): DesignProposal => {
    const predicted =
      models === null
        ? null
        : Object.fromEntries(
            models.map((model, k) => {
              const own = expectedAt(model, field.features[index] as Float64Array);
              return [study.objectives[k]?.name ?? "", (signs[k] as number) > 0 ? own : negate(own)];
            }),
          );
    return {
      design: field.designs[index] as Design,
      predicted,
      acquisition: { name: gain === null ? "random-start" : "hypervolume-draw", value: gain },
      why:
        gain === null
          ? "one of the first designs, drawn at random: there is too little to learn from yet"
          : "of the designs compared, a draw of its values from the models would widen the front most",
      replicate: measured.has(field.keys[index] as string),
    };
  });
  return {
    proposals,
    best: null,
    models: (models ?? []).map((model, k) => summarise(study.objectives[k]?.name ?? "", model)),
  };
}
