import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { jsonLines, launch } from "../support/launch.ts";
import { openMosquitto, whyNoMosquitto } from "../support/mosquitto.ts";
import { readCommands, settledBy } from "../support/read-commands.ts";
import { readEvents } from "../support/read-folder.ts";
import { privateFolder } from "../support/private-folder.ts";
import { whyNoPython } from "../support/python-environment.ts";
import { startPythonDevice } from "./support/python-device.ts";

const why = whyNoPython() ?? whyNoMosquitto();
const readme = fileURLToPath(new URL("../../devices/python/README.md", import.meta.url));
const bench = join(import.meta.dirname, "python-lab");

/** The pump that the README describes: its counters are outside of everybody's memory but its own. */
async function openPump() {
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

/** The driver of the README, as its reader would copy it. */
function firstDriver(): string {
  const code = /```python\n(.*?)```/s.exec(readFileSync(readme, "utf8"))?.[1];
  if (code === undefined) throw new Error("the README shows no driver");
  return code;
}

describe("a campaign whose device is the driver of the README", () => {
  beforeEach((context) => context.skip(why !== null, why ?? ""));

  test("has at most 60 lines", () => {
    expect(firstDriver().trim().split("\n").length).toBeLessThanOrEqual(60);
  });

  test("is planned with what it announces, and goes on over its death in the middle of an act, each act once", async () => {
    const folder = privateFolder();
    cpSync(bench, folder, { recursive: true });
    const file = join(folder, "pump.py");
    writeFileSync(file, firstDriver());
    expect(await startPythonDevice([file, "--announce", join(folder, "pump.caps.json")]).ended).toMatchObject({
      code: 0,
    });

    const pump = await openPump();
    const broker = await openMosquitto();
    const about = ["--device", "pump", "--lab", "bench", "--broker", broker.url, "--journal", join(folder, "pump.db")];
    const start = () => startPythonDevice([file, ...about, "--config", JSON.stringify({ port: pump.port })]);
    try {
      const first = start();
      const run = launch([
        "run",
        join(folder, "campaign.yaml"),
        "--data",
        join(folder, "data"),
        "--broker",
        broker.url,
        "--seed",
        "3",
        "--json",
      ]);
      await pump.stroke(2);
      pump.hold();
      await pump.stroke(3);
      await first.kill();
      const second = start();
      pump.letGo();
      const { code, stdout, stderr } = await run.ended;
      expect([code, stderr]).toEqual([0, expect.anything()]);
      expect(jsonLines(stdout).at(-1)).toMatchObject({ type: "campaign.finished", experiments: 6 });
      // What the pump has counted is what the journal tells: six commands, and one stroke for each of them.
      const commands = readCommands(readEvents(join(folder, "data")));
      expect(commands.map((command) => settledBy(command)?.as)).toEqual(commands.map(() => "succeeded"));
      expect(pump.strokes).toHaveLength(6);
      expect(commands.map(({ params }) => params["volume"])).toEqual(
        pump.strokes.map((value) => ({ value, unit: "uL" })),
      );
      second.signal("SIGTERM");
      expect((await second.ended).code).toBe(0);
    } finally {
      pump.close();
      await broker.close();
    }
  });
});
