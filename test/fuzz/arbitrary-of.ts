import * as fc from "fast-check";
import * as z from "zod";

/** How deep JSON of any shape goes where a schema takes it. */
const jsonDepth = 3;
/** Any character, control characters, emoji and quotes among them; no half of a surrogate pair, which no UTF-8 has. */
const text = fc.string({ unit: "binary", maxLength: 24 }).map((value) => value.toWellFormed());

/**
 * Returns values that satisfy a zod schema, as they would come from JSON. Throws for a kind of schema that it does not
 * know, so that nothing in the contract goes untried unseen.
 */
export function arbitraryOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const arbitrary = shapeOf(schema);
  // A refinement is code: what it refuses is drawn again.
  const isRefined = (schema._zod.def.checks ?? []).some((check) => check._zod.def.check === "custom");
  return isRefined ? arbitrary.filter((value) => z.safeParse(schema, value).success) : arbitrary;
}

function shapeOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "object":
      return objectOf(def.shape);
    case "record":
      return fc.dictionary(keyOf(def.keyType), arbitraryOf(def.valueType), { maxKeys: 3 });
    case "array":
      return arrayOf(schema, def.element);
    case "tuple":
      return fc.tuple(...def.items.map((item) => arbitraryOf(item)));
    case "union":
      return isJson(schema) ? json : fc.oneof(...def.options.map((option) => arbitraryOf(option)));
    case "lazy":
      return isJson(schema) ? json : arbitraryOf(def.getter());
    case "optional":
      return fc.option(arbitraryOf(def.innerType), { nil: undefined });
    case "default":
      return fc.option(arbitraryOf(def.innerType), { nil: undefined });
    case "nullable":
      return fc.option(arbitraryOf(def.innerType), { nil: null });
    case "string":
      return stringOf(schema, (def as { format?: string }).format);
    case "number":
      return numberOf(schema);
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "literal":
      return fc.constantFrom(...def.values);
    case "enum":
      return fc.constantFrom(...Object.values(def.entries));
    default:
      throw new Error(`no values are made for a schema of type ${def.type}: teach arbitraryOf`);
  }
}

/** JSON as `JSON.parse` gives it back: no -0. */
const json = fc
  .jsonValue({ maxDepth: jsonDepth })
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll(/\\ud[89a-f][0-9a-f]{2}/gi, "")) as unknown);

const jsonSchema = z.json()._zod.def;

function isJson(schema: z.core.$ZodType): boolean {
  return schema._zod.def.type === jsonSchema.type && z.safeParse(schema, [{ a: [null] }]).success;
}

function objectOf(shape: z.core.$ZodShape): fc.Arbitrary<unknown> {
  const members = Object.entries(shape).map(([name, member]) => [name, arbitraryOf(member)] as const);
  return fc
    .record(Object.fromEntries(members))
    .map((value) => Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)));
}

function keyOf(schema: z.core.$ZodType): fc.Arbitrary<string> {
  // An assignment to `__proto__` makes no member; a hostile sender gets it in another way, in mutations.
  return (arbitraryOf(schema) as fc.Arbitrary<string>).filter((key) => key !== "__proto__");
}

function arrayOf(schema: z.core.$ZodType, element: z.core.$ZodType): fc.Arbitrary<unknown> {
  const { minimum = 0 } = boundsOf(schema);
  return fc.array(arbitraryOf(element), { minLength: minimum, maxLength: minimum + 3 });
}

function stringOf(schema: z.core.$ZodType, format: string | undefined): fc.Arbitrary<string> {
  const at = fc.date({ min: new Date(0), max: new Date(253_402_300_799_999), noInvalidDate: true });
  const { minimum = 0, pattern } = boundsOf(schema);
  switch (format) {
    case "datetime":
      return at.map((date) => date.toISOString());
    case "date":
      return at.map((date) => date.toISOString().slice(0, 10));
    case "base64":
      return fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString("base64"));
    case undefined:
      return pattern === undefined ? text.map((value) => value.padEnd(minimum, "x")) : fc.stringMatching(pattern);
    default:
      throw new Error(`no texts are made of the format ${format}: teach arbitraryOf`);
  }
}

function numberOf(schema: z.core.$ZodType): fc.Arbitrary<number> {
  const { isInteger, minimum, maximum, isMinimumExcluded = false, isMaximumExcluded = false } = boundsOf(schema);
  if (isInteger === true) {
    const min = minimum ?? Number.MIN_SAFE_INTEGER;
    const max = maximum ?? Number.MAX_SAFE_INTEGER;
    const small = fc.integer({ min: Math.max(min, -5), max: Math.min(max, Math.max(min, 0) + 5) });
    return fc.oneof(
      small,
      fc.maxSafeInteger().map((value) => Math.min(max, Math.max(min, value))),
      fc.constant(max),
    );
  }
  return fc
    .double({
      min: minimum ?? -Number.MAX_VALUE,
      max: maximum ?? Number.MAX_VALUE,
      minExcluded: isMinimumExcluded,
      maxExcluded: isMaximumExcluded,
      noNaN: true,
      noDefaultInfinity: true,
    })
    .map((value) => (value === 0 ? 0 : value));
}

interface Bounds {
  isInteger?: boolean;
  minimum?: number;
  maximum?: number;
  isMinimumExcluded?: boolean;
  isMaximumExcluded?: boolean;
  pattern?: RegExp;
}

/** Reads what a schema's checks ask for; throws for a check that it does not know. */
function boundsOf(schema: z.core.$ZodType): Bounds {
  const bounds: Bounds = {};
  for (const check of schema._zod.def.checks ?? []) {
    const { def } = (check as z.core.$ZodChecks)._zod;
    switch (def.check) {
      case "number_format":
        if (def.format !== "safeint") throw new Error(`no numbers are made of the format ${def.format}`);
        bounds.isInteger = true;
        break;
      case "greater_than":
        Object.assign(bounds, { minimum: Number(def.value), isMinimumExcluded: !def.inclusive });
        break;
      case "less_than":
        Object.assign(bounds, { maximum: Number(def.value), isMaximumExcluded: !def.inclusive });
        break;
      case "min_length":
        bounds.minimum = def.minimum;
        break;
      case "max_length":
        bounds.maximum = def.maximum;
        break;
      case "string_format":
        if (!("pattern" in def) || def.pattern === undefined) throw new Error(`no texts are made of ${def.format}`);
        bounds.pattern = def.pattern;
        break;
      default:
        if ((def as { check: string }).check !== "custom") {
          throw new Error(`nothing is known of the check ${def.check}: teach arbitraryOf`);
        }
    }
  }
  return bounds;
}
