import { type Fault, type PoolDocument, type PoolInput, poolInputKinds } from "@labloop/contracts";
import type { ReadDocument } from "../documents/read-document.ts";
import { faultOf } from "../outcome.ts";
import { suggestOrList } from "../suggest.ts";
import { keysOf } from "./resolve-input.ts";

/** An input by its column's name, whole even where the document gives its kind alone. */
export interface OpenInput {
  readonly name: string;
  readonly input: PoolInput;
}

const common = new Set(["kind", "unit"]);

/** Returns the inputs of a pool; an unknown kind, and a key that says nothing of its kind, are faults. */
export function openInputs(
  { inputs }: PoolDocument,
  { atValue, atKey }: ReadDocument<PoolDocument>,
  faults: Fault[],
): OpenInput[] {
  if (Object.keys(inputs).length === 0) {
    faults.push(atValue(["inputs"], faultOf("pool.noInputs", "a pool varies at least one input")));
  }
  return Object.entries(inputs).flatMap(([name, written]) => {
    const given = whole(written);
    if (typeof given === "string") {
      const hint = suggestOrList(given, poolInputKinds, "kinds");
      faults.push(atValue(["inputs", name], faultOf("pool.kind", `'${given}' is no kind of input`, hint)));
      return [];
    }
    const known = keysOf[given.kind];
    for (const key of Object.keys(given)) {
      if (common.has(key) || known.includes(key as keyof PoolInput)) continue;
      const hint = `${given.kind} knows ${known.join(", ")}`;
      const message = `'${key}' says nothing of an input that is ${given.kind}`;
      faults.push(atKey(["inputs", name, key], faultOf("pool.keyOfOtherKind", message, hint)));
    }
    if (given.kind === "levels" && given.levels?.some((level) => typeof level === "string") === true) {
      const fault = faultOf(
        "pool.levels",
        "these levels must be numbers",
        "for names in an order, write kind: ordinal",
      );
      faults.push(atValue(["inputs", name, "levels"], fault));
    }
    if (given.kind === "ordinal" && given.levels === undefined) {
      const fault = faultOf("pool.levels", `'${name}' is ordinal: its levels must be listed, lowest first`);
      faults.push(atKey(["inputs", name], fault));
    }
    const { min, max } = given;
    if (min !== undefined && max !== undefined && min > max) {
      const message = `'${name}' has no values: its min ${min} is above its max ${max}`;
      faults.push(atValue(["inputs", name, "min"], faultOf("pool.rangeEmpty", message, "swap min and max")));
    }
    if (given.encoding === "descriptors" && given.descriptors === undefined) {
      const fault = faultOf("pool.noDescriptors", "there is no table of descriptors", "add descriptors: {table, key}");
      faults.push(atValue(["inputs", name, "encoding"], fault));
    }
    return [{ name, input: given }];
  });
}

/** An input as a map; what is no kind comes back as it is written. */
function whole(written: string | PoolInput): PoolInput | string {
  if (typeof written !== "string") return written;
  const kind = poolInputKinds.find((known) => known === written);
  return kind === undefined ? written : { kind };
}
