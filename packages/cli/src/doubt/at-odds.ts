/** What a person says of a step that they were asked to do, as flags. */
export interface AnswerWords {
  readonly result?: readonly string[];
  readonly photo?: readonly string[];
  readonly executed?: readonly string[];
  readonly notDone?: boolean;
  readonly impossible?: boolean;
  readonly reason?: string;
}

/** Returns in what an answer contradicts itself, each in words; none when all of it can be recorded. */
export function atOdds({ notDone, impossible, reason, ...done }: AnswerWords): string[] {
  const refusals = [...(notDone === true ? ["--not-done"] : []), ...(impossible === true ? ["--impossible"] : [])];
  const given = [
    ...(done.result === undefined ? [] : ["--result"]),
    ...(done.photo === undefined ? [] : ["--photo"]),
    ...(done.executed === undefined ? [] : ["--executed"]),
  ];
  const [refusal] = refusals;
  if (refusal === undefined) {
    return reason === undefined ? [] : ["--reason says why a step was not done, with --not-done or --impossible"];
  }
  const two = refusals.length > 1 ? [`${refusals.join(" and ")} are two answers: give one`] : [];
  const both =
    given.length > 0 ? [`${given.join(" and ")} of a step that was done, and ${refusal} of one that was not`] : [];
  return [...two, ...both];
}
