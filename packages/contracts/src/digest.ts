import { hash } from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";

/** Returns the SHA-256 of a text or of bytes, in lower-case hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return hash("sha256", content, "hex");
}

/** Returns the SHA-256 of a value's canonical JSON (RFC 8785). */
export function digestOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** Returns a command's `paramsHash`: ttl, epoch and dseq stand outside it, so that a re-send keeps it. */
export function paramsHashOf(op: string, params: unknown): string {
  return digestOf({ op, params });
}
