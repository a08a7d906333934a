import type { ReadStream, WriteStream } from "node:tty";
import { isForeground } from "./is-foreground.ts";
import type { ScreenSize } from "./render-screen.ts";

/** What a screen needs of a terminal's two streams. */
export type TerminalOutput = Pick<WriteStream, "columns" | "rows" | "write" | "on" | "off">;
export type TerminalInput = Pick<ReadStream, "setRawMode" | "resume" | "pause" | "on" | "off">;

/** A terminal taken over for painting. */
export interface Screen {
  /** The rows that can be painted: all but the lowest. */
  readonly size: ScreenSize;
  /** Shows these lines, one a row, writing only those that have changed. */
  paint(lines: readonly string[]): void;
  /** Gives the terminal back, the cursor below the last lines; calling it twice does nothing more. */
  close(): void;
}

/**
 * Takes a terminal: keys come one by one, unseen. What stood there scrolls up and stays.
 *
 * The cursor is never hidden for longer than a write, and no second screen is used, so that a process that is killed
 * leaves its last screen behind and the prompt below it.
 */
export function openScreen(
  output: TerminalOutput,
  input: TerminalInput,
  on: { readonly key: (pressed: string) => void; readonly resize: () => void },
  mayTake = isForeground,
): Screen {
  let shown: readonly string[] | null = null;
  let isOpen = true;
  // The lowest row is left to the cursor, and to the prompt of whoever kills this process.
  const size = () => ({ columns: output.columns || 80, rows: Math.max(1, (output.rows || 24) - 1) });
  const onKey = (bytes: Buffer | string) => {
    for (const pressed of keysOf(bytes.toString())) on.key(pressed);
  };
  const onResize = () => {
    shown = null;
    on.resize();
  };
  // Whoever stops this process and has it go on again takes the terminal in between, and gives it back as it was for themselves.
  const onContinued = () => {
    if (!mayTake()) return;
    input.setRawMode(false);
    input.setRawMode(true);
    onResize();
  };
  const detach = () => {
    isOpen = false;
    process.off("SIGCONT", onContinued);
    input.off("data", onKey);
    input.pause();
    output.off("resize", onResize);
    process.off("exit", close);
  };
  const close = () => {
    if (!isOpen) return;
    input.setRawMode(false);
    detach();
    output.write(`\u001b[${size().rows + 1};1H`);
  };
  // Whatever ends the process, the terminal is given back; a stack trace stands below the screen, where the cursor is.
  process.on("exit", close);
  // A terminal that was closed refuses to be written to; whoever works in this process goes on without it.
  output.on("error", detach);
  input.on("error", detach);
  input.setRawMode(true);
  input.resume();
  input.on("data", onKey);
  output.on("resize", onResize);
  process.on("SIGCONT", onContinued);
  output.write("\n".repeat(size().rows + 1));

  return {
    get size() {
      return size();
    },
    paint(lines) {
      if (!isOpen) return;
      const text = frameText(shown, lines, size());
      shown = lines;
      if (text !== "") output.write(text);
    },
    close,
  };
}

/**
 * Returns what to write so that a terminal that shows `shown` (null: anything) shows `lines`; nothing when it does already.
 * The cursor ends on the row below.
 */
export function frameText(shown: readonly string[] | null, lines: readonly string[], { rows }: ScreenSize): string {
  const changed = lines.slice(0, rows).flatMap((line, index) => {
    if (shown !== null && shown[index] === line) return [];
    // Cleared first: behind a line of full width, the cursor still stands on its last character.
    return [`\u001b[${index + 1};1H\u001b[2K${line}`];
  });
  if (changed.length === 0) return "";
  const rest = shown === null ? `\u001b[${rows + 1};1H\u001b[0J` : "";
  return `\u001b[?25l${changed.join("")}${rest}\u001b[${rows + 1};1H\u001b[?25h`;
}

/** Keys as they were pressed; a sequence that stands for a single key, such as an arrow, is none of ours. */
function keysOf(text: string): string[] {
  return text.startsWith("\u001b") ? [] : Array.from(text);
}
