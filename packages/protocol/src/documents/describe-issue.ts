import type { Fault } from "@labloop/contracts";
import type * as z from "zod";
import { faultOf } from "../outcome.ts";
import { listOf, suggestOrList } from "../suggest.ts";

type Issue = z.core.$ZodIssue;

/** Returns the fault that a value which is there makes of an issue; `subject` begins its message. */
export function describeIssue(issue: Issue, subject: string, given: unknown): Fault {
  if (issue.code === "invalid_type") {
    return faultOf("document.type", `${subject} must be ${kindName(issue.expected)}, not ${kindOf(given)}`);
  }
  if (issue.code === "invalid_value") {
    const values = issue.values.map(String);
    const hint = typeof given === "string" ? suggestOrList(given, values, "known") : undefined;
    const wanted = values.length === 1 ? `${values[0]}` : `one of ${values.join(", ")}`;
    return faultOf("document.value", `${subject} must be ${wanted}`, hint);
  }
  // Of a union that one key decides, zod names that key's words beside what its types tell.
  if ("options" in issue && Array.isArray(issue.options)) {
    const known = issue.options.map(String);
    const hint = typeof given === "string" ? suggestOrList(given, known, "known") : undefined;
    return faultOf("document.value", `${subject} must be one of ${known.join(", ")}`, hint);
  }
  if (issue.code === "invalid_union") {
    // YAML reads true and false as no words, and a list of names is where they are meant as such.
    const quoted = typeof given === "boolean" ? `write "${given}" in quotes if it is a name` : undefined;
    const what = typeof given === "boolean" ? given : kindOf(given);
    return faultOf("document.type", `${subject} is ${what}, which cannot stand here`, quoted ?? unionHint(issue));
  }
  const bound = boundOf(issue);
  if (bound !== null) return faultOf("document.value", `${subject} must be ${bound}`);
  return faultOf("document.value", `${subject} is not right: ${issue.message}`);
}

/** Returns what would mend that a key is missing; undefined where the schema does not say it plainly. */
export function missingHint(issue: Issue, name: string | number): string | undefined {
  if (issue.code === "invalid_value") {
    const [value, ...others] = issue.values.map(String);
    return `add ${name}: ${others.length === 0 ? value : `with one of ${listOf([String(value), ...others])}`}`;
  }
  if (issue.code === "invalid_type") return `add ${name}: with ${kindName(issue.expected)}`;
  return undefined;
}

/** In words what a number or a length is held to; null where the issue is of another kind. */
function boundOf(issue: Issue): string | null {
  if (issue.code !== "too_small" && issue.code !== "too_big") return null;
  const [bound, word] =
    issue.code === "too_small"
      ? [issue.minimum, issue.inclusive === false ? "above" : "at least"]
      : [issue.maximum, issue.inclusive === false ? "below" : "at most"];
  const units: Readonly<Record<string, string>> = {
    number: "",
    int: "",
    string: " characters long",
    array: " entries long",
  };
  const unit = units[issue.origin];
  return unit === undefined ? null : `${word} ${bound}${unit}`;
}

function unionHint(issue: Issue & { code: "invalid_union" }): string {
  const expected = issue.errors
    .flat()
    .flatMap((inner) => (inner.code === "invalid_type" ? [kindName(inner.expected)] : []));
  return `write ${listOf([...new Set(expected)])}`;
}

const kindNames: Readonly<Record<string, string>> = {
  object: "a map of keys",
  record: "a map of keys",
  array: "a list",
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  null: "null",
};

function kindName(expected: string): string {
  return kindNames[expected] ?? expected;
}

function kindOf(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number" && !Number.isFinite(value)) return "an infinite number";
  return kindNames[typeof value] ?? typeof value;
}
