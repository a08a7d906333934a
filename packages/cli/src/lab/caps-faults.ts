import { DeviceCaps, type Fault, type ValueSpec } from "@labloop/contracts";
import { unknownNames } from "@labloop/driver";
import { readDocument } from "@labloop/protocol/read-document";
import { parseUnit } from "@labloop/protocol/units";

type Path = readonly (string | number)[];
type Wrong = Pick<Fault, "code" | "message" | "hint">;

/**
 * Returns everything that is wrong with what a driver declares of itself, whatever language it was written in: what the
 * contract's schema refuses, units that are none, limits that leave no value, durations that cannot be, names that nothing
 * has. A compiler says most of it of TypeScript, but Node runs what no compiler has seen.
 */
export function capsFaults(caps: unknown): Fault[] {
  const read = readDocument({ file: "", text: JSON.stringify(caps) }, DeviceCaps);
  const faults = read.faults.map(({ code, message, path, hint }) =>
    placed((path ?? "").split("."), { code, message, ...(hint === undefined ? {} : { hint }) }),
  );
  const sound = read.soundPart();
  if (sound === null) return faults;
  const { value, isWhole } = sound;
  const tell = (path: Path, wrong: readonly Wrong[], restsOn: readonly Path[] = [path]) => {
    if (restsOn.every(isWhole)) faults.push(...wrong.map((each) => placed(path, each)));
  };
  for (const [name, { params, result, duration }] of Object.entries(value.operations)) {
    for (const [kind, specs] of Object.entries({ params, result })) {
      for (const [key, spec] of Object.entries(specs)) tell(["operations", name, kind, key], wrongWith(spec));
    }
    tell(["operations", name, "duration"], wrongWithDuration(duration));
  }
  for (const [channel, { unit }] of Object.entries(value.telemetry ?? {})) tell(["telemetry", channel], noUnit(unit));
  for (const { path, message, restsOn } of unknownNames(value)) {
    tell(path, [{ code: "driver.unknownName", message }], restsOn);
  }
  return faults;
}

function wrongWith(spec: ValueSpec): Wrong[] {
  if (spec.type === "string") return wrongWithText(spec);
  const {
    unit = null,
    minimum = Number.NEGATIVE_INFINITY,
    maximum = Number.POSITIVE_INFINITY,
  } = {
    ...spec,
  } as { unit?: string; minimum?: number; maximum?: number };
  const wrong = unit === null ? [] : noUnit(unit);
  if (minimum <= maximum) return wrong;
  const message = `no value is from ${minimum} to ${maximum}`;
  return [...wrong, { code: "driver.limitsEmpty", message, hint: "the minimum may not be above the maximum" }];
}

function wrongWithText({ pattern, enum: choices }: Extract<ValueSpec, { type: "string" }>): Wrong[] {
  const wrong: Wrong[] = [];
  if (choices?.length === 0) wrong.push({ code: "driver.noChoice", message: "there is nothing to choose from" });
  try {
    if (pattern !== undefined) new RegExp(pattern, "u");
  } catch {
    const message = `the pattern ${pattern} is no regular expression`;
    wrong.push({ code: "driver.pattern", message, hint: "patterns are JavaScript's, with the flag u" });
  }
  return wrong;
}

function wrongWithDuration({ typicalMs, maxMs }: DeviceCaps["operations"][string]["duration"]): Wrong[] {
  if (typicalMs <= maxMs) return [];
  const message = `it lasts ${typicalMs} ms typically, and ${maxMs} ms at most, which is when it is given up`;
  return [{ code: "driver.duration", message, hint: "the typical duration may not be above the longest" }];
}

function noUnit(unit: string): Wrong[] {
  const parsed = parseUnit(unit);
  return parsed.ok ? [] : parsed.faults;
}

function placed(path: Path, { code, message, hint }: Wrong): Fault {
  const place = path.join(".");
  return { code, message: `${place}: ${message}`, path: place, ...(hint === undefined ? {} : { hint }) };
}
