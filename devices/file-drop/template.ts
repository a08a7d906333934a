import { LabError, type Value, type Values } from "@labloop/contracts";

const hole = /\{([A-Za-z][A-Za-z0-9]*)\}/g;

/** Returns the names that stand in braces. */
export function holesOf(template: string): string[] {
  return [...template.matchAll(hole)].map(([, name = ""]) => name);
}

/** What can stand in a template besides parameters. */
export const ownHoles = ["command", "stamp"];

/** What fills the templates of one command. */
export interface Filling {
  readonly command: string;
  /** `yymmddHHMMSS`. */
  readonly stamp: string;
  readonly params: Values;
}

/** Returns the text with what stands in braces filled in. */
export function fill(template: string, { command, stamp, params }: Filling, decimal: "." | "," = "."): string {
  return template.replace(hole, (whole, name: string) => {
    if (name === "command") return command;
    if (name === "stamp") return stamp;
    const value = params[name];
    return value === undefined ? whole : textOf(value).replace(".", typeof value === "string" ? "." : decimal);
  });
}

/** Returns a file's name; throws `fileDrop.badName` when what fills it would lead elsewhere or no system takes it. */
export function fillName(template: string, filling: Filling): string {
  const name = fillPart(template, filling);
  if (/^\.{1,2}$|[. ]$/.test(name)) throw badName(name);
  return name;
}

function fillPart(template: string, filling: Filling): string {
  const part = fill(template, filling);
  // What Windows allows is allowed everywhere.
  // oxlint-disable-next-line no-control-regex -- a name may hold none
  if (/[/\\:*"<>|?\u0000-\u001f]/.test(part)) throw badName(part);
  return part;
}

function badName(name: string): LabError {
  return new LabError("fileDrop.badName", `"${name}" cannot be the name of a file`, {
    hint: "leave characters such as / : ? out of what names the file",
  });
}

/** Returns what finds the files whose names a template stands for: `*` in it is anything, in what fills it nothing. */
export function namePattern(template: string, filling: Filling): RegExp {
  const parts = template.split("*");
  return patternOf(parts.map((part) => fillPart(part, filling)));
}

/** Returns what finds the files that could be of any command. */
export function anyPattern(template: string): RegExp {
  return patternOf(template.replace(hole, "*").split("*"));
}

/** Names are told apart as Windows does, without regard to case. */
function patternOf(parts: readonly string[]): RegExp {
  const plain = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${plain.join(".*")}$`, "iu");
}

/** Returns `yymmddHHMMSS`, UTC, of an instant. */
export function stampOf(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:T]/g, "").slice(2, 14);
}

function textOf(value: Value): string {
  if (typeof value !== "object") return String(value);
  if ("sha256" in value) return value.sha256;
  return "value" in value ? String(value.value) : value.values.join(",");
}
