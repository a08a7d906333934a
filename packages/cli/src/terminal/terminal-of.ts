import type { ReadStream, WriteStream } from "node:tty";
import type { TerminalInput, TerminalOutput } from "./open-screen.ts";

/** Returns a process's terminal and whether it shows colours (NO_COLOR), or null where there is nobody to look at a screen. */
export function terminalOf(process: {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}): { readonly output: TerminalOutput; readonly input: TerminalInput; readonly isColour: boolean } | null {
  const { stdin, stdout, env } = process;
  if (!stdin.isTTY || !stdout.isTTY || env["TERM"] === "dumb") return null;
  return { output: stdout, input: stdin, isColour: (env["NO_COLOR"] ?? "") === "" };
}
