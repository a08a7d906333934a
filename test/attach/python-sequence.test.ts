import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { jsonLines, launch } from "../support/launch.ts";
import { freePort } from "../support/mosquitto.ts";
import { privateFolder } from "../support/private-folder.ts";
import { whyNoPython } from "../support/python-environment.ts";
import { readCommands, settledBy } from "../support/read-commands.ts";
import { readEvents } from "../support/read-folder.ts";
import { startPythonDevice } from "./support/python-device.ts";
import { openPump, strokePump } from "./support/stroke-pump.ts";

const why = whyNoPython();
const bench = join(import.meta.dirname, "python-lab");

describe("campaign after campaign over one Python driver that stays up, in a real lab", () => {
  beforeEach((context) => context.skip(why !== null, why ?? ""));

  test("the engine is killed in the middle of an act and resumed, a second campaign follows: nobody is asked, no act is done twice", async () => {
    const folder = privateFolder();
    cpSync(bench, folder, { recursive: true });
    const campaign = join(folder, "campaign.yaml");
    writeFileSync(campaign, readFileSync(campaign, "utf8").replace("experiments: 6", "experiments: 4"));
    const announced = startPythonDevice([strokePump, "--announce", join(folder, "pump.caps.json")]);
    expect(await announced.ended).toMatchObject({ code: 0 });

    const pump = await openPump();
    const port = await freePort();
    const url = `mqtt://127.0.0.1:${port}`;
    const broker = launch(["broker", join(folder, "lab.yaml"), "--port", String(port), "--json"]);
    await broker.until((lines) => lines.length > 0);
    const about = ["--device", "pump", "--lab", "bench", "--broker", url, "--journal", join(folder, "pump.db")];
    const driver = startPythonDevice([strokePump, ...about, "--config", JSON.stringify({ port: pump.port })]);
    const dataOf = (name: string) => join(folder, "campaigns", name);
    const args = ["run", campaign, "--broker", url, "--seed", "3", "--json"];
    const run = (name: string) => launch([...args, "--data", dataOf(name)]);
    try {
      const killed = run("first");
      await pump.stroke(1);
      pump.hold();
      await pump.stroke(2);
      killed.signal("SIGKILL");
      await killed.ended;
      const resumed = run("first");
      await resumed.until((lines) => lines.some((line) => line.includes('"device.reconciled"')));
      pump.letGo();
      const ends = [await resumed.ended, await run("second").ended];

      for (const { code, stdout, stderr } of ends) {
        expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
        expect(jsonLines(stdout).at(-1)).toMatchObject({ type: "campaign.finished", experiments: 4 });
      }
      const [first, second] = ["first", "second"].map((name) => readEvents(dataOf(name)));
      const events = [...(first ?? []), ...(second ?? [])];
      const asked = events.filter(({ event }) => /^step\.(doubted|resolved)$|^device\.quarantined$/.test(event.type));
      expect(asked).toEqual([]);
      // What the pump itself has counted, in its order: one stroke for each order, and no more.
      const commands = [...readCommands(first ?? []), ...readCommands(second ?? [])];
      expect(commands.map((command) => settledBy(command)?.as)).toEqual(Array.from({ length: 8 }, () => "succeeded"));
      expect(pump.strokes).toEqual(commands.map(({ params }) => (params["volume"] as { value: number }).value));
      driver.signal("SIGTERM");
      expect((await driver.ended).code).toBe(0);
    } finally {
      pump.close();
      broker.signal("SIGKILL");
      await broker.ended;
    }
  });
});
