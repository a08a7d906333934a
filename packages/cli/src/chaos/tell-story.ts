import type { Clock } from "@labloop/contracts";
import { print, printJson } from "../say.ts";

/** Who tells the demonstration as it happens. */
export interface Teller {
  /** Begins a chapter. */
  readonly chapter: (title: string) => void;
  /** Tells one thing that has just happened. */
  readonly tell: (line: string) => void;
  /** Tells what is so, under the thing told before. */
  readonly note: (line: string) => void;
}

/** Returns a teller of plain lines with the seconds since it began, or of one JSON object a line. */
export function openTeller(linkClock: Clock, isJson: boolean): Teller {
  const from = linkClock.now();
  let chapters = 0;
  const json = (type: string, text: string) => {
    printJson({ v: 1, type: `chaos.${type}`, ms: linkClock.now() - from, chapter: chapters, text });
  };
  const seconds = () => `${((linkClock.now() - from) / 1_000).toFixed(1).padStart(6)} s  `;
  return {
    chapter(title) {
      chapters++;
      if (isJson) json("chapter", title);
      else print(`\n${chapters}. ${title}`);
    },
    tell: (line) => (isJson ? json("told", line) : print(`${seconds()}${line}`)),
    note: (line) => (isJson ? json("noted", line) : print(`${" ".repeat(10)}${line}`)),
  };
}
