import { cpSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { jsonLines, launch } from "../support/launch.ts";
import { openMosquitto, whyNoMosquitto } from "../support/mosquitto.ts";
import { readCommands, settledBy } from "../support/read-commands.ts";
import { readEvents } from "../support/read-folder.ts";
import { privateFolder } from "../support/private-folder.ts";
import { whyNoPython } from "../support/python-environment.ts";
import { startPythonDevice } from "./support/python-device.ts";
import { openPump, strokePump } from "./support/stroke-pump.ts";

const why = whyNoPython() ?? whyNoMosquitto();
const bench = join(import.meta.dirname, "python-lab");

describe("a campaign whose device is a driver in Python", () => {
  beforeEach((context) => context.skip(why !== null, why ?? ""));

  test("is planned with what it announces, says that it waits for it, and goes on over its death in the middle of an act, each act once", async () => {
    const folder = privateFolder();
    cpSync(bench, folder, { recursive: true });
    expect(await startPythonDevice([strokePump, "--announce", join(folder, "pump.caps.json")]).ended).toMatchObject({
      code: 0,
    });

    const pump = await openPump();
    const broker = await openMosquitto();
    const about = ["--device", "pump", "--lab", "bench", "--broker", broker.url, "--journal", join(folder, "pump.db")];
    const start = () => startPythonDevice([strokePump, ...about, "--config", JSON.stringify({ port: pump.port })]);
    try {
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
      await run.said((text) =>
        text.includes("waiting for the driver of pump: nothing on labloop/v1/bench/device/pump/"),
      );
      const first = start();
      await run.said((text) => text.includes("the driver of pump has come"));
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
