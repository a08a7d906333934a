import { LabError } from "@labloop/contracts";

/** What a program on the controller is doing, with its file name; the name is empty when none is loaded. */
export interface ProgramState {
  readonly state: "STOPPED" | "PLAYING" | "PAUSED";
  readonly program: string;
}

export type LoadAnswer =
  | { readonly kind: "loaded"; readonly program: string }
  | { readonly kind: "notFound" | "failed" };

/** The first thing the Dashboard Server says on every connection. */
export const greeting = "Connected: Universal Robots Dashboard Server";

/** Returns the request to load a program; throws `arm.badProgram` for a name that would break the line. */
export function encodeLoad(program: string): string {
  if (!/^[^\r\n]+\.urp$/.test(program)) {
    throw new LabError("arm.badProgram", `"${program}" is no program file`, { hint: "name a file that ends in .urp" });
  }
  return `load ${program}`;
}

/** Returns what `load` came to, or null for an answer the manual does not know. */
export function decodeLoad(line: string): LoadAnswer | null {
  const program = tail(line, "Loading program: ");
  if (program !== null) return { kind: "loaded", program };
  if (tail(line, "File not found: ") !== null) return { kind: "notFound" };
  return tail(line, "Error while loading program: ") === null ? null : { kind: "failed" };
}

/** Returns whether the program has started, or null for an answer the manual does not know. */
export function decodePlay(line: string): boolean | null {
  return either(line, "Starting program", "Failed to execute: play");
}

/** Returns whether a program was stopped (there may have been none), or null for an answer the manual does not know. */
export function decodeStop(line: string): boolean | null {
  return either(line, "Stopped", "Failed to execute: stop");
}

/** Returns the state of the loaded program, or null for an answer the manual does not know. */
export function decodeProgramState(line: string): ProgramState | null {
  const match = /^(STOPPED|PLAYING|PAUSED)(?: (.*))?$/.exec(clean(line));
  if (match === null) return null;
  return { state: match[1] as ProgramState["state"], program: match[2] ?? "" };
}

/** Returns the path of the loaded program, `none`, or null for an answer the manual does not know. */
export function decodeLoadedProgram(line: string): { readonly program: string } | "none" | null {
  const program = tail(line, "Loaded program: ");
  if (program !== null) return { program };
  return clean(line) === "No program loaded" ? "none" : null;
}

/** Returns the robot mode, `RUNNING` when powered with its brakes released; null for an unknown answer. */
export function decodeRobotMode(line: string): string | null {
  return tail(line, "Robotmode: ");
}

/** Returns the safety status or mode, for example `NORMAL` or `PROTECTIVE_STOP`; null for an unknown answer. */
export function decodeSafety(line: string): string | null {
  return tail(line, "Safetystatus: ") ?? tail(line, "Safetymode: ");
}

/** Returns whether the robot takes orders from afar; null on controllers that do not know the question. */
export function decodeRemoteControl(line: string): boolean | null {
  return either(line, "true", "false");
}

/** Returns the serial number; null on controllers that do not know the question. */
export function decodeSerialNumber(line: string): string | null {
  const text = clean(line);
  return /^20\d+$/.test(text) ? text : null;
}

/** Returns the software's own name for its version, with major and minor number; null for an unknown answer. */
export function decodePolyscopeVersion(
  line: string,
): { readonly text: string; readonly major: number; readonly minor: number } | null {
  const text = clean(line);
  const match = /^URSoftware (\d+)\.(\d+)\./.exec(text);
  return match === null ? null : { text, major: Number(match[1]), minor: Number(match[2]) };
}

/** Whether two names mean one program: some answers give the path, others the file name alone. */
export function isSameProgram(a: string, b: string): boolean {
  return fileName(a) === fileName(b);
}

function fileName(path: string): string {
  return path.trim().split("/").at(-1) ?? "";
}

function either(line: string, yes: string, no: string): boolean | null {
  const text = clean(line);
  if (text === yes) return true;
  return text === no ? false : null;
}

function tail(line: string, head: string): string | null {
  const text = clean(line);
  return text.startsWith(head) ? text.slice(head.length).trim() : null;
}

function clean(line: string): string {
  return line.trim();
}
