import type { PhotoReference, UnitText, ValueSpec, ValueSpecs } from "@labloop/contracts";

type Of<Type extends ValueSpec["type"]> = Extract<ValueSpec, { type: Type }>;

/** What a quantity must be, with its unit known to the compiler. */
export type QuantitySpec<Unit extends string = string> = Of<"quantity"> & { readonly unit: Unit };
export type SeriesSpec<Unit extends string = string> = Of<"series"> & { readonly unit: Unit };
export type ChoiceSpec<Word extends string = string> = Of<"string"> & { enum: Word[] };

/** Bounds of a number, inclusive. */
interface Bounds {
  readonly min?: number;
  readonly max?: number;
  readonly description?: string;
}

/** The value that a spec asks for, as it stands on the wire: in the unit of the spec, which the kit has checked. */
export type ValueOf<Spec> = Spec extends { readonly type: "quantity"; readonly unit: infer Unit extends string }
  ? { value: number; unit: Unit }
  : Spec extends { readonly type: "series"; readonly unit: infer Unit extends string }
    ? { values: number[]; unit: Unit }
    : Spec extends { readonly type: "string"; readonly enum: readonly (infer Word extends string)[] }
      ? Word
      : Spec extends { readonly type: "string" }
        ? string
        : Spec extends { readonly type: "integer" }
          ? number
          : Spec extends { readonly type: "photo" }
            ? PhotoReference
            : boolean;

/** The values that specs ask for, by name. */
export type ValuesOf<Specs> = { [Name in keyof Specs]: ValueOf<Specs[Name]> };

/** The specs of several operations, by operation. */
export type SpecsByOperation<Specs> = { [Name in keyof Specs]: ValueSpecs };

/** Returns the spec of a number with a unit: `quantity("uL", { min: 1, max: 500 })`. Bounds are in that unit, inclusive. */
export function quantity<const Unit extends string>(
  unit: UnitText<Unit>,
  { min, max, description }: Bounds = {},
): QuantitySpec<Unit> {
  return { type: "quantity", unit: unit as string as Unit, ...boundsOf(min, max), ...about(description) };
}

/** Returns the spec of a measured curve: equally long for every series of one result. */
export function series<const Unit extends string>(
  unit: UnitText<Unit>,
  { description }: { readonly description?: string } = {},
): SeriesSpec<Unit> {
  return { type: "series", unit: unit as string as Unit, ...about(description) };
}

/** Returns the spec of a whole number without a unit. */
export function integer({ min, max, description }: Bounds = {}): Of<"integer"> {
  return { type: "integer", ...boundsOf(min, max), ...about(description) };
}

/**
 * Returns the spec of a text; `pattern` is a regular expression (flag `u`) that it must match somewhere, and `example` what
 * people are shown instead of it.
 */
export function text({
  pattern,
  example,
  description,
}: {
  readonly pattern?: RegExp | string;
  readonly example?: string;
  readonly description?: string;
} = {}): Of<"string"> {
  const source = pattern instanceof RegExp ? pattern.source : pattern;
  return {
    type: "string",
    ...(source === undefined ? {} : { pattern: source }),
    ...(example === undefined ? {} : { example }),
    ...about(description),
  };
}

/** Returns the spec of one of a few words: `choice(["open", "closed"])`. */
export function choice<const Word extends string>(
  words: readonly Word[],
  { description }: { readonly description?: string } = {},
): ChoiceSpec<Word> {
  return { type: "string", enum: [...words], ...about(description) };
}

/** Returns the spec of what is true or false. */
export function flag({ description }: { readonly description?: string } = {}): Of<"boolean"> {
  return { type: "boolean", ...about(description) };
}

function boundsOf(min: number | undefined, max: number | undefined): { minimum?: number; maximum?: number } {
  return { ...(min === undefined ? {} : { minimum: min }), ...(max === undefined ? {} : { maximum: max }) };
}

function about(description: string | undefined): { description?: string } {
  return description === undefined ? {} : { description };
}
