import { openBroker } from "@labloop/broker";
import { inspectBroker } from "@labloop/bus/mqtt";
import { createRealClock } from "@labloop/clock";
import { describe, expect, test } from "vitest";
import { freePort, openMosquitto, whyNoMosquitto } from "../support/mosquitto.ts";

const linkClock = createRealClock();
const about = { lab: "bench", clientId: "eng-doctor-1", linkClock };
const silent = { debug() {}, info() {}, warn() {}, error() {} };

test("the embedded broker is found to speak MQTT 3.1.1 and to refuse retained commands", async () => {
  const broker = await openBroker({ lab: "bench", linkClock, log: silent });
  const found = await inspectBroker({ ...about, url: broker.url });
  await broker.close();
  expect(found).toEqual({ isReached: true, protocol: 4, version: null, keepsCommands: false });
});

test("where no broker listens, the reason is told at once", async () => {
  const found = await inspectBroker({ ...about, url: `mqtt://127.0.0.1:${await freePort()}` });
  expect(found).toMatchObject({ isReached: false, why: expect.stringContaining("ECONNREFUSED") });
});

describe.skipIf(whyNoMosquitto() !== null)(
  `Mosquitto${whyNoMosquitto() === null ? "" : ` (${whyNoMosquitto()})`}`,
  () => {
    test("its version is read, its keeping of retained commands is seen, and nothing is left on it", async () => {
      const mosquitto = await openMosquitto();
      const found = await inspectBroker({ ...about, url: mosquitto.url });
      expect(found).toMatchObject({ isReached: true, protocol: 5, keepsCommands: true });
      expect(found.isReached ? found.version : null).toMatch(/^mosquitto version \d/);
      // A second look would find what the first had left.
      expect(await inspectBroker({ ...about, url: mosquitto.url })).toEqual(found);
      await mosquitto.close();
    });

    test("one that lets nobody in without a password is told apart from one that is not there", async () => {
      const closed = (port: number) =>
        `listener ${port} 127.0.0.1\nallow_anonymous false\npersistence false\nlog_dest none\n`;
      const mosquitto = await openMosquitto(undefined, closed);
      const found = await inspectBroker({ ...about, url: mosquitto.url });
      await mosquitto.close();
      expect(found).toMatchObject({ isReached: false, why: expect.stringMatching(/not authori[sz]ed/i) });
    });
  },
);
