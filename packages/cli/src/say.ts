import type { Fault } from "@labloop/contracts";

/** Writes one line of talk to stderr: stdout is for data. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Writes one line to stdout. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Writes one JSON object as a line to stdout. */
export function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Returns a fault as a person reads it: what, where, and what would mend it. */
export function faultText(fault: Fault): string {
  const { file, line, column } = fault;
  // A column alone is of a line that nobody knows.
  const at = line === undefined ? [] : [line, ...(column === undefined ? [] : [column])];
  const place = file === undefined ? "" : `${[file, ...at].join(":")}: `;
  const hint = fault.hint === undefined ? "" : `\n    ${fault.hint}`;
  return `${place}${fault.message} [${fault.code}]${hint}`;
}
