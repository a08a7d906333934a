import { Study } from "@labloop/contracts";
import { openSpace } from "../../src/space/open-space.ts";
import type { Space } from "../../src/space/space.ts";

/** What a study document says, before its defaults are filled in. */
export type StudyDraft = Record<string, unknown>;

/** Returns a study of one objective, "yield", to maximise, unless the draft says otherwise. */
export function studyOf(draft: StudyDraft): Study {
  return Study.parse({ objectives: [{ name: "yield", goal: "maximise" }], ...draft });
}

/** Returns the space of a draft; throws its faults. */
export function spaceOf(draft: StudyDraft): Space {
  const space = openSpace(studyOf(draft));
  if (Array.isArray(space)) throw new Error(JSON.stringify(space));
  return space;
}

/** Returns the codes of the faults of a draft with their places, sorted. */
export function faultsOf(draft: StudyDraft): string[] {
  const space = openSpace(studyOf(draft));
  return Array.isArray(space)
    ? space.map(({ code, path, column }) => [code, path, column].join(" ").trim()).sort()
    : [];
}
