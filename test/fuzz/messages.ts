import type { TopicKey } from "@labloop/contracts";
import * as fc from "fast-check";
import type * as z from "zod";
import { arbitraryOf } from "./arbitrary-of.ts";
import { hostileBytes } from "./mutate.ts";
import type { MessageKind } from "./schemas.ts";

/** Bytes for one topic. */
export interface HostileMessage {
  readonly key: TopicKey;
  readonly kind: string;
  readonly bytes: Uint8Array;
}

/** What a hostile sender may have overheard: values by the name of the field, at whatever depth. */
export type Overheard = Readonly<Record<string, readonly unknown[]>>;

/** Returns messages of a kind to, or from, one device; where a kind names no device it is any of its kind. */
export function messageTo(device: string, schema: z.ZodObject): fc.Arbitrary<object> {
  const whole = arbitraryOf(schema) as fc.Arbitrary<object>;
  return whole.map((message) => ("device" in schema.shape ? { ...message, device } : message));
}

/** Returns hostile messages of these kinds about one device, half of their fields overheard where they can be. */
export function hostileMessages(
  kinds: readonly MessageKind[],
  device: string,
  overheard: Overheard = {},
): fc.Arbitrary<HostileMessage> {
  const each = kinds.map(({ key, kind, schema }) => {
    const message = fc
      .tuple(messageTo(device, schema), fc.array(fc.nat(1_000), { minLength: 8, maxLength: 8 }))
      .map(([whole, picks]) => splice(whole, overheard, [...picks]));
    return hostileBytes(message).map((bytes) => ({ key, kind, bytes }));
  });
  return fc.oneof(...each);
}

/** Puts overheard values in the place of others; each field takes its turn in the picks, odd for one to keep. */
function splice(value: unknown, overheard: Overheard, picks: number[]): unknown {
  if (Array.isArray(value)) return value.map((member) => splice(member, overheard, picks));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const known = Object.hasOwn(overheard, name) ? (overheard[name] ?? []) : [];
      if (known.length === 0) return [name, splice(member, overheard, picks)];
      const pick = picks.shift() ?? 0;
      picks.push(pick);
      return [name, pick % 2 === 1 ? member : known[(pick >> 1) % known.length]];
    }),
  );
}
