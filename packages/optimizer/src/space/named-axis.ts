import type { DesignValue, StudyParameter } from "@labloop/contracts";
import type { Axis, Complaint } from "./axis.ts";
import { descriptorFeatures } from "./descriptor-features.ts";

type NamedParameter = Extract<StudyParameter, { kind: "ordinal" | "categorical" }>;

/** Returns the axis of a parameter that holds names; the features of each are as its kind and encoding say. */
export function namedAxis(parameter: NamedParameter): Axis {
  const { name } = parameter;
  const options = parameter.kind === "ordinal" ? parameter.levels : parameter.options;
  const rows = featuresOf(parameter, options);
  const indexByOption = new Map(options.map((option, index) => [option, index]));
  const indexOf = (value: DesignValue) => {
    const index = typeof value === "string" ? indexByOption.get(value) : undefined;
    if (index === undefined) throw new TypeError(`${JSON.stringify(value)} is no option of "${name}"`);
    return index;
  };

  function refuse(value: DesignValue): Complaint | null {
    if (typeof value === "string" && indexByOption.has(value)) return null;
    const few = options.length <= 12 ? `: ${options.join(", ")}` : ` (${options.length} of them)`;
    const message = `"${name}" is ${JSON.stringify(value)}, which is none of its options${few}`;
    return { code: "design.notAnOption", message };
  }
  return {
    name,
    width: rows[0]?.length ?? 0,
    apart: parameter.kind === "categorical" && parameter.encoding === "one-hot",
    ordered: parameter.kind === "ordinal",
    extent: 1,
    size: options.length,
    range: null,
    encode: (value, features, at) => features.set(rows[indexOf(value)] as Float64Array, at),
    snap: (value) => value,
    round: (value) => value,
    mark: (value) => value,
    refuse,
    check: refuse,
    fromUnit: (unit) => options[Math.min(options.length - 1, Math.floor(unit * options.length))] as string,
    toUnit: (value) => (indexOf(value) + 0.5) / options.length,
    step: (value, direction) => options[indexOf(value) + direction] ?? value,
  };
}

function featuresOf(parameter: NamedParameter, options: readonly string[]): Float64Array[] {
  // The only option differs from no other: nothing can be learned of it.
  if (options.length === 1) return [new Float64Array(0)];
  if (parameter.kind === "ordinal") return options.map((_, rank) => Float64Array.of(rank / (options.length - 1)));
  if (parameter.encoding === "descriptors") {
    return descriptorFeatures(options.map((option) => parameter.descriptors?.[option] ?? []));
  }
  // Two options differ in two features: √½ each puts them at distance 1.
  const mark = parameter.encoding === "hamming" ? Math.SQRT1_2 : 1;
  return options.map((_, own) => Float64Array.from(options, (_option, other) => (own === other ? mark : 0)));
}
