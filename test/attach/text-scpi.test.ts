import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRealClock } from "@labloop/clock";
import { loadLab } from "@labloop/cli";
import {
  type ByteStream,
  connectSerial,
  connectTcp,
  type DeviceDefinition,
  recordWire,
  replayWire,
} from "@labloop/driver";
import { describe, expect, onTestFinished, test } from "vitest";
import { root } from "../support/launch.ts";
import { startPeer } from "../support/python-peer.ts";
import { whyNoPython } from "../support/python-environment.ts";
import { privateFolder } from "../support/private-folder.ts";
import { realContext } from "../support/real-operation.ts";
import { openSerialPair, whyNoSocat } from "../support/socat.ts";

const declaration = join(root, "devices/text-line/examples/power-supply.yaml");
const definitionOfPeer = join(root, "test/python/scpi-power-supply.yaml");
const linkClock = createRealClock();
const volts = (value: number) => ({ voltage: { value: value * 1_000, unit: "mV" } });

async function loadExample(change = (text: string) => text): Promise<DeviceDefinition> {
  const folder = privateFolder();
  writeFileSync(join(folder, "supply.yaml"), change(readFileSync(declaration, "utf8")));
  const lab = `schemaVersion: 1\nlab: own\ntitle: { en: Own }\nmode: real\nowner: Ada\ncontact: ada@example.org\ndevices:\n  supply: { module: ./supply.yaml, transport: { tcp: "127.0.0.1:1" } }\n`;
  writeFileSync(join(folder, "lab.yaml"), lab);
  const loaded = await loadLab(join(folder, "lab.yaml"), { isolation: "none" });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
  return loaded.value.definitions["supply"]!;
}

/** Sets a voltage as the kit would, and returns how that ended and what a probe says of it afterwards. */
async function setVoltage(definition: DeviceDefinition, stream: ByteStream, value: number) {
  const context = realContext();
  onTestFinished(() => stream.close());
  const session = await definition.connect(stream, {}, context);
  const { baseline, start, watch, probe } = definition.operations["setVoltage"]!;
  const before = await baseline(session, volts(value), context);
  const untouched = await probe(session, volts(value), before, context);
  await start(session, volts(value), before, context);
  const ending = await watch(session, volts(value), before, context);
  return {
    identity: definition.identify(session),
    untouched,
    ending,
    found: await probe(session, volts(value), before, context),
  };
}

async function onTcp(): Promise<ByteStream> {
  const port = Number(await startPeer("scpi_server.py", definitionOfPeer, "TCPIP"));
  return connectTcp({ host: "127.0.0.1", port, linkClock });
}

const set = {
  identity: { serial: "42", firmware: "VERSION_1.0" },
  untouched: { outcome: "not-happened", decisive: true },
  ending: { state: "succeeded", result: { set: { value: 2.5, unit: "V" } } },
  found: { outcome: "happened", decisive: true, ending: { state: "succeeded" } },
};

describe.skipIf(whyNoPython() !== null)(
  `a declared SCPI supply against PyVISA-sim (${whyNoPython() ?? "there"})`,
  () => {
    test("is identified, set, read and probed over TCP, with its units converted both ways", async () => {
      expect(await setVoltage(await loadExample(), await onTcp(), 2.5)).toMatchObject(set);
    });

    test("fails with the instrument's own words when its error queue has any", async () => {
      const wrong = await loadExample((text) => text.replace('tell: ":VOLT:IMM', 'tell: ":VLOT:IMM'));
      const { ending, found } = await setVoltage(wrong, await onTcp(), 2.5);
      expect(ending).toMatchObject({ state: "failed", error: { code: "text.errorQueue" } });
      expect(JSON.stringify(ending)).toContain("-100, Command Error");
      expect(found).toMatchObject({ outcome: "not-happened", decisive: true });
    });

    test("is refused when somebody else answers", async () => {
      const other = await loadExample((text) => text.replace("^SCPI,MOCK", "^KEYSIGHT"));
      await expect(setVoltage(other, await onTcp(), 2.5)).rejects.toMatchObject({ code: "wire.wrongInstrument" });
    });

    test("plays again from its recording without the instrument, and not with another value", async () => {
      const lines: string[] = [];
      const definition = await loadExample();
      await setVoltage(
        definition,
        recordWire(await onTcp(), linkClock, (line) => lines.push(line)),
        2.5,
      );
      const replay = replayWire(lines.join(""), linkClock);
      expect(await setVoltage(definition, replay.open(), 2.5)).toMatchObject(set);
      expect(replay.leftOver()).toBeNull();
      const other = replayWire(lines.join(""), linkClock);
      await expect(setVoltage(definition, other.open(), 3)).rejects.toMatchObject({ code: "wire.replayDiffers" });
    });

    test.skipIf(whyNoSocat() !== null)("works the same over a serial line, and hears when it is cut", async () => {
      const pair = await openSerialPair();
      onTestFinished(() => pair.unplug());
      const [here, there] = pair.ends;
      await startPeer("scpi_server.py", definitionOfPeer, "ASRL", there);
      const line = { baudRate: 9_600, dataBits: 8, parity: "none", stopBits: 1, rtscts: false } as const;
      const stream = await connectSerial({ serial: here, ...line });
      const definition = await loadExample();
      expect(await setVoltage(definition, stream, 2.5)).toMatchObject(set);
      const lost = new Promise<void>((resolve) => void stream.onClose(resolve));
      await pair.unplug();
      await lost;
      expect(stream.isOpen).toBe(false);
    });
  },
);
