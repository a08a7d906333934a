import { createServer, type Socket } from "node:net";
import { join } from "node:path";

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
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let text = "";
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
    strokes,
    port: typeof address === "object" && address !== null ? address.port : 0,
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
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
