import { type DoubtView, LabError, type LabView, stepIdOf } from "@labloop/contracts";

/**
 * Returns the command in doubt that is meant by an id, its beginning or its end. Throws `usage.unknownCommand` or
 * `usage.ambiguousCommand`, naming those that there are.
 */
export function findDoubt({ doubts, runs }: LabView, named: string): DoubtView {
  const wanted = named.toUpperCase();
  const isMeant = (id: string) => id.startsWith(wanted) || id.endsWith(wanted) || stepIdOf(id).endsWith(wanted);
  const exact = doubts.find(({ commandId }) => commandId === wanted);
  const found = exact === undefined ? doubts.filter(({ commandId }) => isMeant(commandId)) : [exact];
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const list = (those: readonly DoubtView[]) => those.map(({ commandId }) => commandId).join(", ");
  if (found.length > 1) {
    throw new LabError("usage.ambiguousCommand", `${named} may be any of ${list(found)}`, {
      hint: "give more of the id",
    });
  }
  const settled = runs.flatMap(({ steps }) => steps).find(({ commandId }) => commandId === wanted);
  const why =
    settled === undefined ? `no command is called ${named}` : `${named} is not in doubt: it is ${settled.phase}`;
  throw new LabError("usage.unknownCommand", why, {
    hint: doubts.length === 0 ? "nothing is in doubt" : `in doubt: ${list(doubts)}`,
  });
}
