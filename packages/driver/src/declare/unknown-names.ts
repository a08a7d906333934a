import type { CalibrationNeed, DurationFormula, ValueSpecs } from "@labloop/contracts";

type Path = readonly (string | number)[];

/** What a declaration names and does not have; `restsOn` are the places that it follows from. */
export interface UnknownName {
  readonly path: Path;
  readonly code: "noResult" | "noOperation" | "noNumber";
  readonly message: string;
  readonly restsOn: readonly Path[];
}

/** Returns which results and operations a declared calibration names, and which parameters durations do, that are not there. */
export function unknownNames({
  calibration,
  operations,
}: {
  readonly calibration?: CalibrationNeed | undefined;
  readonly operations: Readonly<
    Record<
      string,
      {
        readonly params: ValueSpecs;
        readonly result: ValueSpecs;
        readonly duration: { readonly byParams?: DurationFormula | undefined };
      }
    >
  >;
}): UnknownName[] {
  const unknown: UnknownName[] = [];
  const results = Object.entries(operations).flatMap(([name, { result }]) =>
    Object.keys(result).map((each) => `${name}.${each}`),
  );
  calibration?.values.forEach((value, index) => {
    if (results.includes(value)) return;
    const path = ["calibration", "values", index];
    const [operation = "", result = ""] = value.split(".");
    const message = `"${value}" is no result of an operation; results here: ${results.join(", ") || "none"}`;
    unknown.push({ path, code: "noResult", message, restsOn: [path, ["operations", operation, "result", result]] });
  });
  const renewing = calibration?.renew?.operation;
  if (renewing !== undefined && operations[renewing] === undefined) {
    const path = ["calibration", "renew", "operation"];
    const message = `there is no operation "${renewing}"`;
    unknown.push({ path, code: "noOperation", message, restsOn: [path, ["operations", renewing]] });
  }
  for (const [operation, { params, duration }] of Object.entries(operations)) {
    duration.byParams?.terms.forEach((term, index) => {
      for (const side of ["of", "per"] as const) {
        term[side]?.forEach((name, which) => {
          const kind = params[name]?.type;
          if (kind === "quantity" || kind === "integer") return;
          const path = ["operations", operation, "duration", "byParams", "terms", index, side, which];
          const message = `"${name}" is no parameter with a number, so that no duration follows from it`;
          unknown.push({ path, code: "noNumber", message, restsOn: [path, ["operations", operation, "params", name]] });
        });
      }
    });
  }
  return unknown;
}
