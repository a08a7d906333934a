import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { type Bus, createMemoryBroker } from "@labloop/bus";
import { createRealClock } from "@labloop/clock";
import { expect, onTestFinished, test } from "vitest";
import { follow, nothing } from "./support/follow.ts";
import { openRig, openVirtualTime } from "./support/rig.ts";
import { alarmOf, opening } from "./support/story.ts";

/** Takes a port of loopback, as another program would. */
async function takenPort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A journal without events and a bus without devices that know how many listen to them. */
function countingPorts() {
  let count = 0;
  const subscribe = () => {
    count++;
    return () => void count--;
  };
  const real = createMemoryBroker({ lab: "demo", clock: createRealClock() }).connect({ clientId: "eng-main-1" });
  const bus: Bus = { ...real, isUp: true, subscribe };
  return { journal: { subscribe }, bus, listeners: () => count };
}

test("a taken port makes way for the next free one", async () => {
  const port = await takenPort();
  const { gateway } = await openRig({ port });
  expect(gateway.port).toBeGreaterThan(port);
  expect(gateway.port).toBeLessThan(port + 50);
  expect(gateway.url).toBe(`http://127.0.0.1:${gateway.port}`);
  expect((await fetch(gateway.url)).status).toBe(200);
});

test("a fixed port that is taken is an error with a way out, and nothing is left open", async () => {
  const port = await takenPort();
  const { journal, bus, listeners } = countingPorts();
  await expect(openRig({ port, isPortFixed: true, journal, bus })).rejects.toMatchObject({
    code: "gateway.portInUse",
    message: `port ${port} of 127.0.0.1 is taken by other programs`,
    hint: expect.stringMatching(/choose another port/),
  });
  expect(listeners()).toBe(0);
});

test.each(["0.0.0.0", "::", "192.168.1.2", "lab.example", ""])(
  "%j is not loopback, so it is not listened on",
  async (host) => {
    await expect(openRig({ host })).rejects.toMatchObject({ code: "gateway.notLoopback" });
  },
);

test.each([
  ["localhost", /^http:\/\/localhost:\d+$/],
  ["::1", /^http:\/\/\[::1\]:\d+$/],
])("loopback may be called %s", async (host, url) => {
  const { gateway } = await openRig({ host });
  expect(gateway.url).toMatch(url);
  expect((await fetch(gateway.url)).status).toBe(200);
});

test("closing parts from watchers with 1001 and leaves neither port nor timer", async () => {
  const { clock, until } = openVirtualTime();
  const { gateway, append, log } = await openRig({ linkClock: clock });
  const kept = await fetch(`${gateway.url}/api/view`);
  await kept.text();
  const idle = connect(gateway.port, "127.0.0.1");
  const idleClosed = once(idle, "close");
  const stuck = follow(gateway.url);
  const watcher = follow(gateway.url);
  await until(() => stuck.said.length === 1 && watcher.said.length === 1);
  stuck.socket.pause();
  append(Array.from({ length: 16 }, () => alarmOf(1_000_000)));
  await until(() => watcher.said.length === 2);
  await gateway.close();
  stuck.socket.resume();
  await Promise.all([idleClosed, once(stuck.socket, "close"), expect.poll(() => watcher.closed).toMatch(/^1001 /)]);
  const [error] = (await once(connect(gateway.port, "127.0.0.1"), "error")) as [Error & { code: string }];
  expect(error.code).toBe("ECONNREFUSED");
  expect(await clock.run(() => false)).toBe("idle");
  expect(log.lines.filter((line) => line.startsWith("error"))).toEqual([]);
  const again = await openRig({ port: gateway.port, isPortFixed: true });
  expect(again.gateway.port).toBe(gateway.port);
});

test("what was recorded right before the end is told before the parting", async () => {
  const { clock, until } = openVirtualTime();
  const { gateway, append, desk } = await openRig({ linkClock: clock });
  desk.waiting = [{ runId: "run-1", run: 1, step: "weigh", why: "paused", message: "weigh waits" }];
  const holding = nothing();
  const watcher = follow(gateway.url, holding);
  await until(() => watcher.said.length === 1 && watcher.pulses.length > 0);
  desk.waiting = [];
  append([...opening(), { type: "campaign.stopping", reason: "enough", by: { kind: "operator", name: "Ada" } }]);
  await gateway.close();
  await expect.poll(() => watcher.closed).toMatch(/^1001 /);
  expect(holding.view.campaign?.phase).toBe("stopping");
  expect(watcher.pulses.at(-1)?.waiting).toEqual([]);
});

test("closing leaves no listener on journal and bus", async () => {
  const { journal, bus, listeners } = countingPorts();
  const { gateway } = await openRig({ journal, bus });
  expect(listeners()).toBe(3);
  await gateway.close();
  expect(listeners()).toBe(0);
});

test("closing twice is closing once", async () => {
  const { gateway } = await openRig();
  await Promise.all([gateway.close(), gateway.close()]);
  await gateway.close();
});
