import { join } from "node:path";
import { openLineServer } from "./line-server.ts";

/** The driver of that pump. */
export const strokePump = join(import.meta.dirname, "../python/stroke_pump.py");

/** A syringe pump that counts its strokes: its counters are outside of everybody's memory but its own. */
export async function openPump() {
  const strokes: number[] = [];
  const watchers = new Set<() => void>();
  let isBusy = false;
  let isHeld = false;
  const answer = (line: string): string => {
    const [word, volume] = line.split(" ");
    if (word === "DISPENSE") {
      strokes.push(Number(volume));
      isBusy = isHeld;
      for (const watch of watchers) watch();
      return "OK";
    }
    const answers: Record<string, string> = { "COUNT?": `${strokes.length}`, "BUSY?": isBusy ? "1" : "0", HALT: "OK" };
    return word === "LAST?" ? `${strokes.at(-1)}` : (answers[line] ?? "WHAT");
  };
  const server = await openLineServer(answer);
  return {
    strokes,
    port: server.port,
    /** From the next stroke on it stays busy, until it is let go. */
    hold() {
      isHeld = true;
    },
    letGo() {
      isHeld = false;
      isBusy = false;
    },
    stroke: (n: number) =>
      new Promise<void>((resolve) => {
        const watch = () => {
          if (strokes.length >= n) resolve();
        };
        watchers.add(watch);
        watch();
      }),
    close: () => server.close(),
  };
}
