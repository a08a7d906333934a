import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { ask, askRaw, jsonOf, post } from "./support/ask.ts";
import { openRig } from "./support/rig.ts";

/** What becomes of an upgrade to the feed: `open`, or the status it was refused with. */
async function upgrade(url: string, headers: Record<string, string>): Promise<string> {
  const socket = new WebSocket(`${url.replace("http", "ws")}`, { headers });
  const outcome = await new Promise<string>((resolve) => {
    socket.on("open", () => resolve("open"));
    socket.on("unexpected-response", (_request, response) => resolve(String(response.statusCode)));
  });
  socket.on("error", () => undefined);
  socket.terminate();
  return outcome;
}

const commandId = "01KA0000000000000000000000.1";

const strangers = [
  ["a name that leads to loopback", () => ({ host: "rebound.example" })],
  ["such a name with our port", (port: number) => ({ host: `rebound.example:${port}` })],
  ["our name with another port", (port: number) => ({ host: `127.0.0.1:${port + 1}` })],
  ["our name without the port", () => ({ host: "127.0.0.1" })],
  ["a name that begins like ours", (port: number) => ({ host: `127.0.0.1.example:${port}` })],
  ["a foreign page", () => ({ origin: "https://example.org" })],
  ["a page without a name", () => ({ origin: "null" })],
  ["a page of our port that is not ours", (port: number) => ({ origin: `http://rebound.example:${port}` })],
  ["a page of another program here", (port: number) => ({ origin: `http://127.0.0.1:${port + 1}` })],
  ["our page under another scheme", (port: number) => ({ origin: `https://127.0.0.1:${port}` })],
] as const;

test.each(strangers)("%s is refused with a sentence, on every way in", async (_who, headersFor) => {
  const { gateway, desk } = await openRig();
  const headers: Record<string, string> = headersFor(gateway.port);
  const refusal = { ok: false, reason: expect.stringMatching(/ is not this lab|may not speak to this lab/) };
  for (const path of ["/", "/assets/index-abc123.js", "/api/view", "/observations.csv", "/nothing"]) {
    const answer = await ask(`${gateway.url}${path}`, { headers });
    expect([answer.status, jsonOf(answer)]).toEqual([403, refusal]);
  }
  const said = { type: "step.answer", commandId, answer: { as: "done", result: {} }, name: "Ada" };
  for (const command of [{ type: "campaign.abort" }, said]) {
    const answer = await post(gateway.url, command, headers);
    expect([answer.status, jsonOf(answer)]).toEqual([403, refusal]);
  }
  const photo = await ask(`${gateway.url}/api/photos/${commandId}/${"a".repeat(64)}`, {
    method: "PUT",
    headers: { ...headers, "content-type": "application/octet-stream", "content-range": "bytes 0-0/1" },
    body: "x",
  });
  expect([photo.status, jsonOf(photo)]).toEqual([403, refusal]);
  expect(await upgrade(`${gateway.url}/feed`, headers)).toBe("403");
  expect(desk.commands).toEqual([]);
});

test.each(["GET / HTTP/1.0", "GET / HTTP/1.1\r\nHost:"])("%j, which names no host, is refused", async (request) => {
  const { gateway } = await openRig();
  expect(await askRaw(gateway.port, `${request}\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
});

test.each([
  ["a script", () => ({})],
  ["our page", (port: number) => ({ origin: `http://127.0.0.1:${port}`, "sec-fetch-site": "same-origin" })],
  ["our page by its other name", (port: number) => ({ host: `localhost:${port}`, origin: `http://localhost:${port}` })],
  ["our page by its third name", (port: number) => ({ host: `[::1]:${port}`, origin: `http://[::1]:${port}` })],
])("%s is let in", async (_who, headersFor) => {
  const { gateway, desk } = await openRig();
  const headers: Record<string, string> = headersFor(gateway.port);
  expect((await ask(`${gateway.url}/api/view`, { headers })).status).toBe(200);
  expect((await post(gateway.url, { type: "campaign.abort" }, headers)).status).toBe(200);
  expect(await upgrade(`${gateway.url}/feed`, headers)).toBe("open");
  expect(desk.commands.length).toBe(1);
});

test("a browser that hides the page that asks may look, but neither act nor watch", async () => {
  const { gateway, desk } = await openRig();
  const headers = { "sec-fetch-site": "none" };
  expect((await ask(gateway.url, { headers })).status).toBe(200);
  expect((await post(gateway.url, { type: "campaign.abort" }, headers)).status).toBe(403);
  expect(await upgrade(`${gateway.url}/feed`, headers)).toBe("403");
  expect(desk.commands).toEqual([]);
});

test("there is no feed but /feed", async () => {
  const { gateway } = await openRig();
  for (const path of ["/", "/feed/", "/feeds", "//", "/api/view"]) {
    expect(await upgrade(`${gateway.url}${path}`, {})).toBe("404");
  }
  expect(await upgrade(`${gateway.url}/feed?since=0`, {})).toBe("open");
});

test("a refused watcher is told why before its connection is closed", async () => {
  const { gateway } = await openRig();
  const socket = new WebSocket(`${gateway.url.replace("http", "ws")}/feed`, { origin: "https://example.org" });
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
  const chunks: Buffer[] = [];
  response.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(response, "end");
  expect(JSON.parse(Buffer.concat(chunks).toString())).toEqual({
    ok: false,
    reason: 'a page of "https://example.org" may not speak to this lab',
  });
});
