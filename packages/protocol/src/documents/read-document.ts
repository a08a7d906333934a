import type { Fault } from "@labloop/contracts";
import type * as z from "zod";
import { faultOf } from "../outcome.ts";
import { suggestOrList } from "../suggest.ts";
import { describeIssue, missingHint } from "./describe-issue.ts";
import { kindsAt, knownKeys } from "./known-keys.ts";
import { type SoundPart, soundPart } from "./sound-part.ts";
import type { SourceText } from "./source-text.ts";
import { type Path, readYamlTree, type YamlTree } from "./yaml-tree.ts";

/** A document as far as it could be read: `value` is null when its shape is wrong beyond unknown keys. */
export interface ReadDocument<T> {
  readonly value: T | null;
  readonly faults: readonly Fault[];
  /** Returns a fault with the place of a value, `shift` characters into its text. */
  readonly atValue: (path: Path, fault: Fault, shift?: number) => Fault;
  /** Returns a fault with the place of a key. */
  readonly atKey: (path: Path, fault: Fault) => Fault;
  /** Returns what further checks can look at in a document whose shape is wrong; null when too little of it is sound. */
  readonly soundPart: () => SoundPart<T> | null;
}

/** Reads a YAML text against a schema; unknown keys are faults, but do not hide what else the document says. */
export function readDocument<S extends z.ZodType>(source: SourceText, schema: S): ReadDocument<z.output<S>> {
  const tree = readYamlTree(source);
  const { file } = source;
  const atValue = (path: Path, fault: Fault, shift = 0): Fault => ({
    ...fault,
    ...(path.length === 0 ? {} : { path: path.join(".") }),
    file,
    ...tree.placeOf(path, shift),
  });
  const atKey = (path: Path, fault: Fault): Fault => ({
    ...fault,
    path: path.join("."),
    file,
    ...tree.placeOfKey(path),
  });
  if (tree.data === undefined) {
    return { value: null, faults: tree.faults, atValue, atKey, soundPart: () => null };
  }
  const within = (issue: Issue) => innermost(issue, schema, tree.data);
  const read = { atValue, atKey, soundPart: () => soundPart(tree.data, schema, within) };
  const parsed = schema.safeParse(tree.data);
  if (parsed.success) return { value: parsed.data, faults: tree.faults, ...read };
  const issues = parsed.error.issues.flatMap(within);
  const faults = [...tree.faults, ...issues.flatMap((issue) => faultsOf(issue, schema, tree, atValue, atKey))];
  const known = issues.every(({ code }) => code === "unrecognized_keys")
    ? schema.safeParse(withoutUnknown(tree.data, issues))
    : parsed;
  return { value: known.success ? known.data : null, faults, ...read };
}

type Issue = z.core.$ZodIssue;

/** Of a union's branches, the one whose own keys stand there, or else the one that got furthest, says best what is wrong. */
function innermost(issue: Issue, schema: unknown, data: unknown): Issue[] {
  if (issue.code !== "invalid_union" || kindsOf(issue, schema, data).length > 1) return [issue];
  const branches = issue.errors.map((branch) =>
    branch.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
  );
  const meant = branches[meantBranch(issue, schema, data)];
  if (meant !== undefined) return meant.flatMap((inner) => innermost(inner, schema, data));
  const depths = branches.map((branch) => Math.max(0, ...branch.map(({ path }) => path.length)));
  const deepest = branches.filter((_, i) => depths[i] === Math.max(...depths));
  const [first, ...others] = deepest;
  // Branches that fail alike at the same value say nothing on their own.
  if (first === undefined || (others.length > 0 && Math.max(...depths) <= issue.path.length)) return [issue];
  return first.flatMap((inner) => innermost(inner, schema, data));
}

/** The one branch that has keys of its own in a map, where every branch is a map; -1 where no one is told apart so. */
function meantBranch(issue: Issue & { code: "invalid_union" }, schema: unknown, data: unknown): number {
  const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  const given = valueAt(data, path);
  const kinds = kindsAt(schema, path);
  if (kinds.length !== issue.errors.length || typeof given !== "object" || given === null) return -1;
  const standing = kinds.map((own) => own.some((key) => Object.hasOwn(given, key)));
  return standing.filter(Boolean).length === 1 ? standing.indexOf(true) : -1;
}

/** Of a value that may be of one kind or another: for each kind whose own keys stand in it, those keys. */
function kindsOf(issue: Issue, schema: unknown, data: unknown): string[][] {
  const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  const given = valueAt(data, path);
  if (typeof given !== "object" || given === null || Array.isArray(given)) return [];
  return kindsAt(schema, path)
    .map((own) => own.filter((key) => Object.hasOwn(given, key)))
    .filter((own) => own.length > 0);
}

function faultsOf(
  issue: Issue,
  schema: unknown,
  tree: YamlTree,
  atValue: ReadDocument<unknown>["atValue"],
  atKey: ReadDocument<unknown>["atKey"],
): Fault[] {
  const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  const name = path.at(-1);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const hint = suggestOrList(key, knownKeys(schema, path, valueAt(tree.data, path)), "keys here");
      return atKey([...path, key], faultOf("document.unknownKey", `the key '${key}' is not known here`, hint));
    });
  }
  if (issue.code === "invalid_key") {
    const reason = issue.issues[0]?.message ?? issue.message;
    return [atKey(path, faultOf("document.key", `'${name}' cannot be a key here: ${reason}`))];
  }
  const given = valueAt(tree.data, path);
  if (given === undefined && name !== undefined) {
    return [atValue(path, faultOf("document.missing", `the key '${name}' is missing here`, missingHint(issue, name)))];
  }
  const subject = subjectOf(path);
  const kinds = issue.code === "invalid_union" ? kindsOf(issue, schema, tree.data) : [];
  if (kinds.length > 1) {
    const message = `${subject} is of one kind, and has keys of ${kinds.length}`;
    const hint = `keep either ${kinds.map((own) => own.join(" and ")).join(", or ")}`;
    return [atValue(path, faultOf("document.mixedKinds", message, hint))];
  }
  return [atValue(path, describeIssue(issue, subject, given))];
}

/** An element of a list is told by its list and its position from 1. */
function subjectOf(path: Path): string {
  const name = path.at(-1);
  if (name === undefined) return "the document";
  const list = path.at(-2);
  if (typeof name !== "number") return `'${name}'`;
  return typeof list === "string" ? `'${list}' in position ${name + 1}` : `what stands in position ${name + 1}`;
}

function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

function withoutUnknown(data: unknown, issues: readonly Issue[]): unknown {
  const copy: unknown = structuredClone(data);
  for (const issue of issues) {
    if (issue.code !== "unrecognized_keys") continue;
    const parent = valueAt(
      copy,
      issue.path.map((step) => (typeof step === "number" ? step : String(step))),
    );
    if (typeof parent !== "object" || parent === null) continue;
    for (const key of issue.keys) delete (parent as Record<string, unknown>)[key];
  }
  return copy;
}
