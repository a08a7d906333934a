import * as contracts from "@labloop/contracts";
import { type TopicKey, topics } from "@labloop/contracts";
import * as z from "zod";

/** One kind of message, on the topic that carries it. */
export interface MessageKind {
  readonly key: TopicKey;
  readonly kind: string;
  readonly schema: z.ZodObject;
}

/** Every schema that the contract exports, by its name. */
export const exported: readonly (readonly [string, z.ZodType])[] = Object.entries(contracts).flatMap(([name, value]) =>
  value instanceof z.ZodType ? [[name, value] as const] : [],
);

/** Every kind of message on every topic. */
export const messageKinds: readonly MessageKind[] = (Object.keys(topics) as TopicKey[]).flatMap((key) =>
  membersOf(topics[key].schema).map((schema) => ({ key, kind: String(literalOf(schema, "kind")), schema })),
);

/** Returns the members of a union, or the schema itself. */
export function membersOf(schema: z.ZodType): readonly z.ZodObject[] {
  if (schema instanceof z.ZodDiscriminatedUnion) {
    return schema.options.flatMap((option) => membersOf(option as unknown as z.ZodType));
  }
  if (schema instanceof z.ZodObject) return [schema];
  throw new Error(`a schema of type ${schema.type} is neither an object nor a union of them`);
}

/** Returns the text that a member of a union is told by. */
export function literalOf(schema: z.ZodObject, field: string): string {
  const member = schema.shape[field];
  if (!(member instanceof z.ZodLiteral)) throw new Error(`its ${field} is no literal`);
  return String(member.value);
}
