import { type AskView, LabError, type LabView, stepIdOf } from "@labloop/contracts";

/**
 * Returns the step that is meant by an id, its beginning or its end, of those that people were asked to do. Throws
 * `usage.unknownStep` or `usage.ambiguousStep`, naming those that there are.
 */
export function findAsk({ asks }: LabView, named: string): AskView {
  const wanted = named.toUpperCase();
  const isMeant = (id: string) => id.startsWith(wanted) || id.endsWith(wanted) || stepIdOf(id).endsWith(wanted);
  const found = asks.filter(({ commandId }) => isMeant(commandId));
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const list = (those: readonly AskView[]) => those.map(({ commandId }) => commandId).join(", ");
  if (found.length > 1) {
    throw new LabError("usage.ambiguousStep", `${named} may be any of ${list(found)}`, { hint: "give more of the id" });
  }
  throw new LabError("usage.unknownStep", `no step ${named} waits for a person`, {
    hint: asks.length === 0 ? "nobody is asked to do anything" : `to be done: ${list(asks)}`,
  });
}
