import type { PoolDocument } from "@labloop/contracts";
import type { ReadDocument } from "../documents/read-document.ts";

/**
 * Returns what can be checked further of a pool's document whose shape is wrong, so that one slip does not hide what is wrong in
 * the rest: the inputs, objectives and constraints that stand there as they are meant; null where the table is not known, or
 * nothing of the inputs or the objectives is left.
 */
export function wholePart(read: ReadDocument<PoolDocument>): PoolDocument | null {
  const sound = read.soundPart();
  if (sound === null || !sound.isWhole(["table"])) return null;
  const { value, isWhole } = sound;
  const wholeOf = <T>(section: "inputs" | "objectives", entries: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(entries).filter(([name]) => isWhole([section, name])));
  const inputs = wholeOf("inputs", value.inputs);
  const objectives = wholeOf("objectives", value.objectives);
  if (Object.keys(inputs).length === 0 || Object.keys(objectives).length === 0) return null;
  // A constraint may be of an input that is left out, and one that is left out moves the others.
  const areAllWhole = isWhole(["inputs"]) && isWhole(["constraints"]);
  return { ...value, inputs, objectives, constraints: areAllWhole ? value.constraints : [] };
}
