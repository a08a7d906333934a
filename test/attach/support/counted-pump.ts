import { appendFileSync, writeFileSync } from "node:fs";
import { openLineServer } from "./line-server.ts";

/**
 * Opens the pump of `stroke_pump.py`, which outlives its drivers and writes down what it begins and what it finishes: the
 * witness of a conformance run. `counts` says which of the two `COUNT?` tells.
 *
 * It knows no time: its n-th stroke, from 0, lasts until it was asked so many times whether it is over, or until nobody is
 * connected any more, as one that goes on while its driver is away.
 */
export async function openCountedPump(log: string, counts: "begun" | "done", asksOf: (n: number) => number) {
  writeFileSync(log, "");
  const told = { begun: 0, done: 0 };
  let last = 0;
  /** How often the stroke under way has still to be asked for; null without one. */
  let asks: number | null = null;
  const note = (what: keyof typeof told) => {
    told[what]++;
    appendFileSync(log, `${what}\n`);
  };
  const finish = () => {
    if (asks !== null) note("done");
    asks = null;
  };
  const answer = (line: string): string => {
    const [word, volume] = line.split(" ");
    switch (word) {
      case "DISPENSE":
        if (asks !== null) return "BUSY";
        asks = asksOf(told.begun);
        note("begun");
        last = Number(volume);
        return "OK";
      case "HALT":
        asks = null;
        return "OK";
      case "COUNT?":
        return `${told[counts]}`;
      case "BUSY?":
        if (asks !== null && --asks < 0) finish();
        return asks === null ? "0" : "1";
      default:
        return word === "LAST?" ? `${last}` : "WHAT";
    }
  };
  return openLineServer(answer, finish);
}
