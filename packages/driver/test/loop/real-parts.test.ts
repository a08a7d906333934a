import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryBroker } from "@labloop/bus";
import { createRandomIds, createRealClock } from "@labloop/clock";
import { paramsHashOf } from "@labloop/contracts/digest";
import { expect, test } from "vitest";
import { connectTcp, openDevice, openSqliteStore, serveTcp } from "../../src/index.ts";
import { deviceId, executeOf, idOf } from "../support/bench.ts";
import { counterDevice, createCounterPlant } from "../support/counter.ts";

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

test("over real TCP, with a journal in a file and on real clocks, a command runs once across a restart", async () => {
  const folder = mkdtempSync(join(tmpdir(), "labloop-device-"));
  const clock = createRealClock();
  const ids = createRandomIds(clock);
  const broker = createMemoryBroker({ lab: "test", clock });
  const plant = createCounterPlant(clock);
  const server = await serveTcp({ host: "127.0.0.1", port: 0, onStream: (stream) => plant.attach(stream) });
  const engine = broker.connect({ clientId: "eng-main-1" });
  const waiting = new Map<string, () => void>();
  const heard = (what: string) => new Promise<void>((resolve) => void waiting.set(what, resolve));
  const tell = (what: string) => waiting.get(what)?.();
  engine.subscribe({
    key: "report",
    name: deviceId,
    onDelivery: ({ payload }) => tell(payload.kind === "report" ? payload.state : payload.kind),
  });
  engine.subscribe({
    key: "state",
    name: deviceId,
    onDelivery: ({ payload }) => tell(payload.online ? "birth" : "death"),
  });

  const boot = () =>
    openDevice({
      definition: counterDevice,
      deviceId,
      config: { greeting: "HELLO" },
      mode: "simulated",
      connect: (will) => broker.connect({ clientId: `dev-${deviceId}`, will }),
      store: openSqliteStore({ path: join(folder, "device.db"), ids }),
      openWire: () => connectTcp({ host: "127.0.0.1", port: server.port, linkClock: clock }),
      labClock: clock,
      linkClock: clock,
      ids,
      log,
    });
  const reconcile = () => ({
    v: 1 as const,
    kind: "reconcile" as const,
    device: deviceId,
    epoch: 1,
    engineId: "engine-1",
    issuedAt: new Date(clock.now()).toISOString(),
    rid: "rid-1",
    part: 0,
    parts: 1,
    open: [],
  });
  const params = { tag: idOf(1), force: { value: 5, unit: "N" }, duration: { value: 150, unit: "ms" } };
  const execute = () => executeOf(clock, 1, { params, paramsHash: paramsHashOf("stroke", params) });

  const birth = heard("birth");
  const first = await boot();
  await birth;
  const snapshot = heard("snapshot");
  const at = new Date(clock.now()).toISOString();
  await engine.publish("engineHeartbeat", "main", { v: 1, kind: "engine-hb", epoch: 1, n: 0, at });
  await engine.publish("control", deviceId, reconcile());
  await snapshot;
  const started = heard("started");
  await engine.publish("command", deviceId, execute());
  await started;
  first.kill();

  const succeeded = heard("succeeded");
  const second = await boot();
  await succeeded;
  expect([...plant.strokes]).toEqual([[idOf(1), 1]]);
  await second.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});
