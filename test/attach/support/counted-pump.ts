import { appendFileSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import type { Clock } from "@labloop/contracts";

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
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let text = "";
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      text += bytes.toString();
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
        socket.write(`${answer(text.slice(0, end))}\n`);
        text = text.slice(end + 1);
      }
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
