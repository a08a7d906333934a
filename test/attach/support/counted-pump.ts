import { appendFileSync, writeFileSync } from "node:fs";
import type { Clock } from "@labloop/contracts";
import { openLineServer } from "./line-server.ts";

/**
 * Opens the pump of `stroke_pump.py`, which outlives its drivers and writes down what it begins and what it
 * finishes: the witness of a conformance run. `counts` says which of the two `COUNT?` tells. A stroke takes so many real ms.
 */
export async function openCountedPump(clock: Clock, log: string, counts: "begun" | "done", strokeMs: number) {
  writeFileSync(log, "");
  const told = { begun: 0, done: 0 };
  let last = 0;
  let cancel: (() => void) | null = null;
  const note = (what: keyof typeof told) => {
    told[what]++;
    appendFileSync(log, `${what}\n`);
  };
  const answer = (line: string): string => {
    const [word, volume] = line.split(" ");
    switch (word) {
      case "DISPENSE":
        if (cancel !== null) return "BUSY";
        note("begun");
        last = Number(volume);
        cancel = clock.at(clock.now() + strokeMs, () => {
          cancel = null;
          note("done");
        });
        return "OK";
      case "HALT":
        cancel?.();
        cancel = null;
        return "OK";
      case "COUNT?":
        return `${told[counts]}`;
      case "BUSY?":
        return cancel === null ? "0" : "1";
      default:
        return word === "LAST?" ? `${last}` : "WHAT";
    }
  };
  return openLineServer(answer);
}
