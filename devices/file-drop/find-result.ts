import { join } from "node:path";
import type { Values } from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";
import type { Evidence } from "@labloop/driver";
import type { DeclaredOperation } from "./declaration.ts";
import type { Asked, Exchange } from "./exchange.ts";
import type { Seen } from "./files.ts";
import { owedPath } from "./owed.ts";
import type { FileParser } from "./parser.ts";
import { matches } from "./read-values.ts";
import { fill, fillName, type Filling, namePattern } from "./template.ts";
import { decodeText } from "./wire.ts";

/** What one look at the folders shows of a command's result. */
export type Look =
  | { readonly kind: "none" }
  /** There is a file that may be it, and it may not be complete. */
  | { readonly kind: "growing"; readonly evidence: Evidence }
  | { readonly kind: "result"; readonly values: Values; readonly evidence: Evidence }
  /** It came and could not be read; it lies in quarantine, with the reason beside it. */
  | { readonly kind: "unreadable"; readonly reason: string; readonly evidence: Evidence };

const reasonEnd = ".reason.txt";

/**
 * Returns what looks for the result of one command, again and again: for a copy that is safe already, one in quarantine that
 * a newer parser may read, and a new file that has lain still. A result is copied before it counts.
 */
export function createLook(
  exchange: Exchange,
  { result }: DeclaredOperation,
  parse: FileParser,
  asked: Asked,
  params: Values,
): () => Promise<Look> {
  const { files, pace, linkClock, log } = exchange;
  const filling: Filling = { ...asked, params };
  const folder = exchange.folder(result.folder);
  const kept = join(exchange.kept, asked.command);
  const quarantine = join(exchange.quarantine, asked.command);
  const pattern = namePattern(result.file, filling);
  const sentinel = result.sentinel === undefined ? null : fillName(result.sentinel, filling);
  const wanted = Object.fromEntries(Object.entries(result.match).map(([name, text]) => [name, fill(text, filling)]));
  const isTold = result.file.includes("{command}") || Object.keys(wanted).length > 0;
  const before = new Set(asked.before.map((seen) => seen.join("\n")));
  const others = new Set<string>();
  const seenBefore = new Map<string, { readonly key: string; readonly since: number; readonly looks: number }>();
  const keyOf = ({ name, bytes, changedAt }: Seen) => [name, bytes, changedAt].join("\n");

  const isStill = (seen: Seen): boolean => {
    const key = keyOf(seen);
    const last = seenBefore.get(seen.name);
    const next = last?.key === key ? { ...last, looks: last.looks + 1 } : { key, since: linkClock.now(), looks: 1 };
    seenBefore.set(seen.name, next);
    return next.looks >= pace.still.looks && linkClock.now() - next.since >= pace.still.forMs;
  };

  /** The values in the bytes of a file; null when it is another command's. Throws when they cannot be read. */
  const read = (name: string, bytes: Uint8Array): { values: Values; encoding: string } | null => {
    const { text, encoding } = decodeText(bytes, result.encoding);
    if (!matches({ text }, result, wanted)) return null;
    return { values: parse({ name, text, params }), encoding };
  };

  /** Takes away what is safe elsewhere: only if it is still the same, byte for byte. */
  const clear = async (name: string, hash: string) => {
    const path = join(folder, name);
    if (result.original === "remove") {
      try {
        if (sha256(await files.read(path)) === hash) await files.remove(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
          log.warn({ file: name, error }, "the file was copied, and the original could not be taken away");
        }
      }
    }
    if (sentinel !== null) await files.remove(join(folder, sentinel));
    await files.remove(owedPath(exchange, asked.command));
  };

  const evidenceOf = (name: string, bytes: Uint8Array, at: string, changedAt: number | null): Evidence => ({
    file: name,
    bytes: bytes.length,
    sha256: sha256(bytes),
    keptAs: exchange.shown(join(at, name)),
    // Of a copy the time says nothing.
    ...(changedAt === null ? {} : { fileTime: new Date(changedAt).toISOString() }),
    ...(asked.shareAheadMs === null ? {} : { shareAheadMs: asked.shareAheadMs }),
  });

  const setAside = async (name: string, bytes: Uint8Array, changedAt: number, reason: string): Promise<Look> => {
    await files.makeFolder(quarantine);
    await files.write(join(quarantine, name), bytes);
    const where = `${name} could not be read as the result of ${asked.command}: ${reason}\n`;
    await files.write(join(quarantine, `${name}${reasonEnd}`), Buffer.from(where, "utf8"));
    await clear(name, sha256(bytes));
    return { kind: "unreadable", reason, evidence: { ...evidenceOf(name, bytes, quarantine, changedAt), reason } };
  };

  const keep = async (name: string, bytes: Uint8Array) => {
    await files.makeFolder(kept);
    await files.write(join(kept, name), bytes);
  };

  /** A file that is safe already, kept or in quarantine, read anew. */
  const reread = async (at: string): Promise<Look | null> => {
    const wants = (name: string) => !name.endsWith(".part") && !name.endsWith(reasonEnd);
    const [safe] = await files.list(at, wants);
    if (safe === undefined) return null;
    const { name } = safe;
    const bytes = await files.read(join(at, name));
    const evidence = evidenceOf(name, bytes, at, null);
    let found: ReturnType<typeof read>;
    try {
      found = read(name, bytes);
    } catch (error) {
      const reason = reasonOf(error);
      return { kind: "unreadable", reason, evidence: { ...evidence, reason } };
    }
    if (found === null) return null;
    if (at !== kept) await keep(name, bytes);
    await clear(name, sha256(bytes));
    return { kind: "result", values: found.values, evidence: { ...evidence, encoding: found.encoding } };
  };

  const readNew = async (seen: Seen): Promise<Look | null> => {
    const { name, changedAt } = seen;
    const bytes = await files.read(join(folder, name));
    if (bytes.length !== seen.bytes) return { kind: "growing", evidence: { growing: name } };
    let found: ReturnType<typeof read>;
    try {
      found = read(name, bytes);
    } catch (error) {
      const reason = reasonOf(error);
      if (result.file.includes("{command}") || !isTold) return setAside(name, bytes, changedAt, reason);
      // Whose it is cannot be told: it may be another's.
      log.warn({ file: name, reason }, "a file could not be read, and nothing tells whose it is; it was left");
      found = null;
    }
    if (found === null) {
      others.add(keyOf(seen));
      return null;
    }
    await keep(name, bytes);
    await clear(name, sha256(bytes));
    const evidence = { ...evidenceOf(name, bytes, kept, changedAt), encoding: found.encoding };
    return { kind: "result", values: found.values, evidence };
  };

  return async () => {
    const safe = (await reread(kept)) ?? (await reread(quarantine));
    if (safe !== null) return safe;
    const there = await files.list(folder, (name) => name === sentinel || pattern.test(name));
    if (sentinel !== null && !there.some(({ name }) => name === sentinel)) return { kind: "none" };
    let growing: string | null = null;
    for (const seen of there) {
      const key = keyOf(seen);
      if (seen.name === sentinel || before.has(key) || others.has(key)) continue;
      if (!isStill(seen)) {
        growing = seen.name;
        // By order alone the oldest is the one, complete or not.
        if (!isTold) break;
        continue;
      }
      const look = await readNew(seen);
      if (look !== null) return look;
    }
    return growing === null ? { kind: "none" } : { kind: "growing", evidence: { growing } };
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
