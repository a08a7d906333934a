import type { Study } from "@labloop/contracts";
import type { Model } from "../model/fit-model.ts";
import { negate } from "./describe-model.ts";
import type { Expected } from "./design-request.ts";

/** Returns objective to what is expected of it, in its unit; `read` tells it of the objective's model, to which larger is better. */
export function expectedOfEach(
  { objectives }: Study,
  models: readonly Model[],
  read: (model: Model, objective: number) => Expected,
): Record<string, Expected> {
  return Object.fromEntries(
    objectives.map(({ name, goal }, k) => {
      const expected = read(models[k] as Model, k);
      return [name, goal === "minimise" ? negate(expected) : expected];
    }),
  );
}
