import { CommandId, LabError, Name, parseTopic, type TopicKey, topics } from "@labloop/contracts";
import type { RawMessage, Seal, Trust } from "@labloop/contracts/signature";
import * as z from "zod";
import type { Delivery, Malformed, Payload } from "./bus.ts";

/** Deeper than any message of the contract; below what would overflow the stack of the recursive JSON schema. */
const maxDepth = 64;
const maxMessageLength = 500;
const utf8 = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

const kinds = Object.fromEntries(
  Object.entries(topics).map(([key, { schema }]) => [key, kindsOf(schema)]),
) as unknown as Record<TopicKey, ReadonlySet<string>>;

/**
 * Returns the bytes of a message for the topic of `key` and `name`.
 *
 * Throws `bus.malformed` for a payload that no receiver would accept (NaN becomes null in JSON, and the name in the
 * payload must be the topic's) and `bus.oversize` above the topic's `maxBytes`, the signature of `seal` included.
 */
export function encode<K extends TopicKey>(key: K, name: string, payload: Payload<K>, seal?: Seal): Uint8Array {
  const checked = topics[key].schema.safeParse(payload);
  if (!checked.success) {
    throw new LabError("bus.malformed", `a ${key} message for ${name} is not valid: ${brief(checked.error)}`);
  }
  if ("device" in payload && payload.device !== name) {
    throw new LabError("bus.malformed", `a ${key} message for ${name} names the device ${payload.device}`);
  }
  const bytes = encoder.encode(JSON.stringify(seal === undefined ? payload : seal(payload)));
  const { maxBytes } = topics[key];
  if (bytes.length > maxBytes) {
    throw new LabError("bus.oversize", `a ${key} message for ${name} has ${bytes.length} bytes, at most ${maxBytes}`, {
      hint: "send large results by reference",
    });
  }
  return bytes;
}

/**
 * Returns what arrived on a topic, or null when the topic is none of this lab's. What `trust` does not believe is
 * `bad-signature`, whatever else it may be. Never throws, whatever the bytes.
 */
export function decode(
  lab: string,
  topic: string,
  bytes: Uint8Array,
  retained: boolean,
  trust?: Trust,
): Delivery<TopicKey> | Malformed | null {
  const place = parseTopic(lab, topic);
  if (place === null || !Name.safeParse(place.name).success) return null;
  const { key, name } = place;
  const { maxBytes, schema } = topics[key];
  let commandId: string | null = null;
  const malformed = (code: Malformed["code"], message: string): Malformed => ({ key, name, code, message, commandId });

  if (bytes.length > maxBytes) return malformed("oversize", `${bytes.length} bytes, at most ${maxBytes}`);
  const value = parse(bytes);
  if (value instanceof Error) return malformed("malformed", shorten(value.message));
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return malformed("malformed", "the message is not a JSON object");
  }
  const member = (of: string): unknown => (Object.hasOwn(value, of) ? Reflect.get(value, of) : undefined);
  const id = member("commandId");
  if (typeof id === "string" && CommandId.safeParse(id).success) commandId = id;
  const whyNotBelieved = trust?.(key, value as RawMessage) ?? null;
  if (whyNotBelieved !== null) return malformed("bad-signature", whyNotBelieved);

  const version = member("v");
  if (version !== undefined && version !== 1) {
    return malformed("unknown-version", `version ${shorten(JSON.stringify(version))}; this side speaks 1`);
  }
  const kind = member("kind");
  if (typeof kind === "string" && !kinds[key].has(kind)) {
    return malformed("unknown-kind", `kind ${shorten(kind)}; this topic takes ${[...kinds[key]].join(", ")}`);
  }
  const device = member("device");
  if (topics[key].path.startsWith("device/") && typeof device === "string" && device !== name) {
    return malformed("wrong-device", `the message names the device ${shorten(device)}, its topic ${name}`);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) return malformed("malformed", brief(parsed.error));
  return { key, name, payload: parsed.data, retained };
}

/** Returns what tells a message's topic apart below its name, where the topic has such a leaf. */
export function leafOf(payload: object): string | undefined {
  return "sha256" in payload && typeof payload.sha256 === "string" ? payload.sha256 : undefined;
}

/** Tells the two answers of `decode` apart. */
export function isMalformed(message: Delivery<TopicKey> | Malformed): message is Malformed {
  return "code" in message;
}

function parse(bytes: Uint8Array): unknown {
  try {
    const text = utf8.decode(bytes);
    if (mayBeDeep(text) && depthOf(text) > maxDepth) return new Error(`nested deeper than ${maxDepth} levels`);
    return JSON.parse(text);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [34, 92, 123, 125, 91, 93];

/** Returns whether a text has so many opening brackets that they could be one in another: few messages do. */
function mayBeDeep(text: string): boolean {
  let count = 0;
  for (const bracket of "{[") {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      if (++count > maxDepth) return true;
    }
  }
  return false;
}

/** Counts open brackets outside strings; for a text that is not JSON any number will do, since parsing refuses it. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (isInString) {
      if (code === backslash) index++;
      else if (code === quote) isInString = false;
    } else if (code === quote) isInString = true;
    else if (code === openBrace || code === openBracket) deepest = Math.max(deepest, ++depth);
    else if (code === closeBrace || code === closeBracket) depth--;
  }
  return deepest;
}

function kindsOf(schema: (typeof topics)[TopicKey]["schema"]): ReadonlySet<string> {
  const members = schema instanceof z.ZodDiscriminatedUnion ? schema.options : [schema];
  return new Set(members.map((member) => member.shape.kind.value));
}

function brief(error: z.ZodError): string {
  return shorten(
    error.issues
      .map((issue) => `${issue.path.length === 0 ? "" : `${issue.path.join(".")}: `}${issue.message}`)
      .join("; "),
  );
}

/** Keeps a stranger's text from filling logs and journals. */
function shorten(text: string): string {
  return text.length <= maxMessageLength ? text : `${text.slice(0, maxMessageLength)}…`;
}
