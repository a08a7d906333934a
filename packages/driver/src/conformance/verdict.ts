/** What a check throws when its promise does not hold: what was seen, in words for whoever wrote the driver. */
class Broken extends Error {}

/** What a check throws when the driver announces nothing that the check is about. */
export class NotApplicable extends Error {}

/** What a check throws when it could not be carried out here: then no level is given that it belongs to. */
export class NotRun extends Error {}

/** Throws `Broken` unless it is so. */
export function claim(isSo: boolean, otherwise: string | (() => string)): asserts isSo {
  if (!isSo) throw new Broken(typeof otherwise === "string" ? otherwise : otherwise());
}
