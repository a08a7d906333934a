import * as z from "zod";
import type { Path } from "./yaml-tree.ts";

/**
 * Returns the keys that a schema knows at a path where `value` stands, each once; empty where any key may stand. Of several kinds of map
 * those count whose fixed words the value says, or all where it says none's.
 */
export function knownKeys(schema: unknown, path: Path, value: unknown): string[] {
  const objects = objectsAt([schema], path);
  const said = objects.filter(({ shape }) => Object.entries(shape).every(([key, own]) => saysWord(own, key, value)));
  return [...new Set((said.length > 0 ? said : objects).flatMap(({ shape }) => Object.keys(shape)))];
}

/** Whether a value has the word that a schema fixes at a key, if it fixes any. */
function saysWord(schema: unknown, key: string, value: unknown): boolean {
  if (!(schema instanceof z.ZodLiteral)) return true;
  const own = typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : null;
  return schema.values.has(own);
}

/** Returns, for each kind of map that may stand at a path, the keys that no other kind there has. */
export function kindsAt(schema: unknown, path: Path): string[][] {
  const kinds = objectsAt([schema], path).map((object) => Object.keys(object.shape));
  return kinds.map((keys, at) => keys.filter((key) => kinds.every((other, i) => i === at || !other.includes(key))));
}

function objectsAt(schemas: readonly unknown[], path: Path): z.ZodObject[] {
  const open = schemas.flatMap(unwrap);
  const [step, ...rest] = path;
  if (step === undefined) return open.filter((schema) => schema instanceof z.ZodObject);
  return open.flatMap((schema) => {
    if (schema instanceof z.ZodObject)
      return Object.hasOwn(schema.shape, step) ? objectsAt([schema.shape[step]], rest) : [];
    if (schema instanceof z.ZodRecord) return objectsAt([schema.valueType], rest);
    if (schema instanceof z.ZodArray) return objectsAt([schema.element], rest);
    return [];
  });
}

function unwrap(schema: unknown): unknown[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return unwrap(schema.unwrap());
  }
  if (schema instanceof z.ZodPipe) return unwrap(schema.out);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(unwrap);
  return [schema];
}
