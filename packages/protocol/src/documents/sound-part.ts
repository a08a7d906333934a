import type * as z from "zod";
import type { Path } from "./yaml-tree.ts";

/** What is left of a document once all that its schema refuses was taken out, with stand-ins for what it cannot do without. */
export interface SoundPart<T> {
  readonly value: T;
  /** Returns whether nothing at a path of the value, below it or around it, was taken out or stands in. */
  readonly isWhole: (path: Path) => boolean;
  /** Returns whether the map or the list at a path still has every member that it was written with, sound or not. */
  readonly hasAll: (path: Path) => boolean;
  /** Returns where a path of the value stands in the document as it was written. */
  readonly pathOf: (path: Path) => Path;
}

// Chosen: each round takes out or stands in for all that the last one met, and a document nests less deep than this.
const mostRounds = 40;

/**
 * Returns the sound part of a document, so that further checks can tell what is wrong in it; null when too little is left.
 * `innermost` returns the issues that an issue of a union stands for.
 */
export function soundPart<S extends z.ZodType>(
  data: unknown,
  schema: S,
  innermost: (issue: z.core.$ZodIssue) => z.core.$ZodIssue[],
): SoundPart<z.output<S>> | null {
  const changes: Changes = { removed: new Set(), filled: new Map(), paths: new Map() };
  for (let round = 0; round < mostRounds; round++) {
    const kept = new Map<string, number[]>();
    const left = build(data, [], changes, kept);
    const parsed = schema.safeParse(left);
    const pathOf = (path: Path) => asWritten(path, kept);
    if (parsed.success) {
      const changed = [...changes.paths.values()];
      const isWhole = (path: Path) => {
        const written = pathOf(path);
        return !changed.some((other) => written.every((step, at) => at >= other.length || other[at] === step));
      };
      const hasAll = (path: Path) => {
        const written = pathOf(path);
        return !changed.some((other) => {
          const isMember = other.length === written.length + 1 && changes.removed.has(keyOf(other));
          return (
            (isMember || other.length <= written.length) &&
            other.every((s, at) => at >= written.length || s === written[at])
          );
        });
      };
      return { value: parsed.data, isWhole, hasAll, pathOf };
    }
    for (const issue of parsed.error.issues.flatMap(innermost)) {
      if (!mend(issue, pathOf(issue.path.map(asStep)), changes, data)) return null;
    }
  }
  return null;
}

interface Changes {
  readonly removed: Set<string>;
  readonly filled: Map<string, unknown>;
  readonly paths: Map<string, Path>;
}

const keyOf = (path: Path) => JSON.stringify(path);
const asStep = (step: PropertyKey) => (typeof step === "number" ? step : String(step));

/** Takes out what an issue is about, or stands in for it; false when that would be the whole document. */
function mend(issue: z.core.$ZodIssue, path: Path, changes: Changes, data: unknown): boolean {
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) change([...path, key], changes.removed);
    return true;
  }
  if (path.length === 0) return false;
  const key = keyOf(path);
  if (!changes.filled.has(key) && !changes.removed.has(key) && has(data, path)) {
    change(path, changes.removed);
    return true;
  }
  const standIn = changes.filled.has(key) ? undefined : standInFor(issue);
  if (standIn !== undefined) {
    changes.filled.set(key, standIn);
    changes.paths.set(key, path);
    return true;
  }
  const around = path.slice(0, -1);
  if (around.length === 0) return false;
  changes.filled.delete(keyOf(around));
  change(around, changes.removed);
  return true;

  function change(at: Path, set: Set<string>): void {
    set.add(keyOf(at));
    changes.paths.set(keyOf(at), at);
  }
}

const standIns: Readonly<Record<string, unknown>> = {
  string: "x",
  number: 1,
  int: 1,
  boolean: false,
  array: [],
  object: {},
  record: {},
};

function standInFor(issue: z.core.$ZodIssue): unknown {
  if (issue.code === "invalid_type") return standIns[issue.expected];
  return issue.code === "invalid_value" ? issue.values[0] : undefined;
}

/** Returns a copy with the changes made; `kept` gets which elements of each list are left. */
function build(node: unknown, path: Path, changes: Changes, kept: Map<string, number[]>): unknown {
  if (Array.isArray(node)) {
    const left = node.map((_, index) => index).filter((index) => !changes.removed.has(keyOf([...path, index])));
    kept.set(keyOf(path), left);
    return left.map((index) => build(node[index], [...path, index], changes, kept));
  }
  if (typeof node !== "object" || node === null) return node;
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(node)) {
    const at = [...path, name];
    if (!changes.removed.has(keyOf(at))) copy[name] = build(value, at, changes, kept);
  }
  for (const [key, at] of changes.paths) {
    const name = at.at(-1);
    if (at.length !== path.length + 1 || !changes.filled.has(key) || keyOf(at.slice(0, -1)) !== keyOf(path)) continue;
    copy[String(name)] = build(changes.filled.get(key), at, changes, kept);
  }
  return copy;
}

function asWritten(path: Path, kept: ReadonlyMap<string, readonly number[]>): Path {
  const written: (string | number)[] = [];
  for (const step of path) {
    const indices = kept.get(keyOf(written));
    written.push(typeof step === "number" ? (indices?.[step] ?? step) : step);
  }
  return written;
}

function has(data: unknown, path: Path): boolean {
  let value = data;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return false;
    value = (value as Record<string | number, unknown>)[step];
  }
  return true;
}
