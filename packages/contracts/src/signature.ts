import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";
import { LabError } from "./lab-error.ts";
import type { TopicKey } from "./topic.ts";

/** What signs messages: an Ed25519 private key, and the id that receivers know its public half by. */
export interface SigningKey {
  readonly kid: string;
  readonly key: KeyObject;
}

/** The public keys that a receiver believes, by their ids. */
export type PinnedKeys = ReadonlyMap<string, KeyObject>;

const signedTopics: ReadonlySet<TopicKey> = new Set(["command", "control", "engineHeartbeat", "estop"]);

/** A message as it was parsed, unknown fields included: they are part of what is signed. */
export type RawMessage = Readonly<Record<string, unknown>>;

/** Says why a message is not to be believed, or null when it is. */
export type Trust = (key: TopicKey, message: RawMessage) => string | null;

/** Returns a message with what proves its sender. */
export type Seal = <M extends object>(message: M) => M & { readonly kid: string; readonly sig: string };

/** Returns the id of a key: the first 16 hexadecimal digits of the SHA-256 of its public half (DER, SPKI). */
export function kidOf(key: KeyObject): string {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  return createHash("sha256")
    .update(publicKey.export({ format: "der", type: "spki" }))
    .digest("hex")
    .slice(0, 16);
}

/** Returns the private key in a PEM text (PKCS 8); throws `signature.badKey` for anything but Ed25519. */
export function readSigningKey(pem: string): SigningKey {
  const key = readKey(() => createPrivateKey(pem), "private");
  return { kid: kidOf(key), key };
}

/** Returns the public keys in these PEM texts (SPKI) to be pinned; throws `signature.badKey` for anything but Ed25519. */
export function readPinnedKeys(pems: readonly string[]): PinnedKeys {
  const keys = pems.map((pem) => readKey(() => createPublicKey(pem), "public"));
  return new Map(keys.map((key) => [kidOf(key), key]));
}

/**
 * Returns the message with `kid` and `sig`: Ed25519 over the message without `sig`, canonical by RFC 8785, in base64url
 * without padding. Throws on what is not JSON.
 */
export function sign<M extends object>(message: M, { kid, key }: SigningKey): M & { kid: string; sig: string } {
  const named = { ...message, kid };
  return { ...named, sig: signBytes(null, signedBytes(named), key).toString("base64url") };
}

/** Returns why a message is not signed by one of these keys, or null when it is. Never throws, whatever the message. */
export function verify(message: RawMessage, pinned: PinnedKeys): string | null {
  const { kid, sig } = message;
  if (typeof kid !== "string" || typeof sig !== "string") return "the message is not signed";
  const key = pinned.get(kid);
  if (key === undefined) return "the message is signed by a key that is not pinned here";
  try {
    return verifyBytes(null, signedBytes(message), key, Buffer.from(sig, "base64url"))
      ? null
      : "the signature does not fit the message";
  } catch {
    // A number beyond the range of JSON's: nobody can have signed it.
    return "the message has no canonical form";
  }
}

/** Returns a seal that signs with this key. */
export function sealWith(key: SigningKey): Seal {
  return (message) => sign(message, key);
}

/**
 * Returns what a client that pins keys believes: commands, controls and engine heartbeats only when they are signed, and
 * the E-STOP without a signature only while it stops (S1: stopping needs permission, clearing needs a signature). By the
 * heartbeats a device judges how old a command is, so that a forged one could make a late command pass.
 */
export function trustIn(pinned: PinnedKeys): Trust {
  return (key, message) => {
    const isStopping = key === "estop" && message["active"] === true;
    return signedTopics.has(key) && !isStopping ? verify(message, pinned) : null;
  };
}

function signedBytes(message: RawMessage | object): Buffer {
  const { sig: _sig, ...signed } = message as RawMessage;
  return Buffer.from(canonicalJson(signed), "utf8");
}

function readKey(read: () => KeyObject, half: "private" | "public"): KeyObject {
  try {
    const key = read();
    if (key.asymmetricKeyType === "ed25519" && key.type === half) return key;
  } catch {
    // What follows says all that a reader can use; the text of the failure could quote a secret.
  }
  throw new LabError("signature.badKey", `this is no Ed25519 ${half} key in PEM`, {
    hint: "`labloop secure LAB.yaml --out DIR` makes a pair: engine.key signs, engine.pub is pinned",
  });
}
