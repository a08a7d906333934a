import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import type { ResultInlet } from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";
import { expect, onTestFinished, test } from "vitest";
import { openUploads } from "../src/index.ts";

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const chunkBytes = 128 * 1024;
const partBytes = 16 * 1024 * 1024;

/** Waits for one result, and keeps what comes of it. */
function waitFor(expected: Buffer): ResultInlet & { readonly taken: Buffer[] } {
  const digest = sha256(expected);
  const taken: Buffer[] = [];
  const held = () => taken.reduce((sum, { length }) => sum + length, 0);
  return {
    taken,
    chunkBytes,
    progress: (of) => (of === digest ? { size: expected.length, held: held() } : null),
    put(of, offset, bytes) {
      if (of !== digest) return "unwanted";
      expect([offset, offset % chunkBytes]).toEqual([held(), 0]);
      taken.push(Buffer.from(bytes));
      if (held() < expected.length) return "more";
      if (sha256(Buffer.concat(taken)) === digest) return "whole";
      taken.length = 0;
      return "wrong";
    },
  };
}

async function openFor(inlet: ResultInlet | null, token: string | null = null) {
  const uploads = await openUploads({ token, log: quiet });
  onTestFinished(() => uploads.close());
  if (inlet !== null) uploads.attach(inlet);
  return uploads.url;
}

async function put(
  url: string,
  whole: Buffer,
  what: { first?: number; length?: number; as?: string; size?: number; headers?: Record<string, string> } = {},
) {
  const { first = 0, as = sha256(whole), size = whole.length, headers = {} } = what;
  const { length = whole.length - first } = what;
  const response = await fetch(`${url}/${as}`, {
    method: "PUT",
    headers: { "content-range": `bytes ${first}-${first + length - 1}/${size}`, ...headers },
    body: new Uint8Array(whole.subarray(first, first + length)),
  });
  const held = response.headers.get("x-held");
  return { status: response.status, held: held === null ? null : Number(held) };
}

test("§13: a result of more than 16 MiB comes in parts, each told from where to go on, and is whole once it verifies", async () => {
  const whole = randomBytes(partBytes + 3 * chunkBytes + 17);
  const inlet = waitFor(whole);
  const url = await openFor(inlet);
  expect(await put(url, whole, { length: partBytes })).toEqual({ status: 202, held: partBytes });
  expect(await put(url, whole)).toMatchObject({ status: 413 });
  // One that begins anew, or too far on, is told where it ended.
  expect(await put(url, whole, { length: chunkBytes })).toEqual({ status: 409, held: partBytes });
  expect(await put(url, whole, { first: partBytes + chunkBytes })).toEqual({ status: 409, held: partBytes });
  expect(await put(url, whole, { first: partBytes })).toEqual({ status: 201, held: null });
  expect(Buffer.concat(inlet.taken).equals(whole)).toBe(true);
});

test("§13: what a broken connection has brought is kept, and the next part goes on there", async () => {
  const whole = randomBytes(5 * chunkBytes);
  const inlet = waitFor(whole);
  const url = await openFor(inlet);
  const { port, host } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.write(
    `PUT /blob/${sha256(whole)} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: ${whole.length}\r\n` +
      `content-range: bytes 0-${whole.length - 1}/${whole.length}\r\n\r\n`,
  );
  socket.write(whole.subarray(0, 3 * chunkBytes + 500));
  await expect.poll(() => inlet.taken.length, { timeout: 10_000 }).toBeGreaterThan(0);
  await expect.poll(() => inlet.progress(sha256(whole))?.held, { timeout: 10_000 }).toBe(3 * chunkBytes);
  socket.destroy();
  await expect.poll(async () => (await put(url, whole, { length: chunkBytes })).held).toBe(3 * chunkBytes);
  expect(await put(url, whole, { first: 3 * chunkBytes })).toMatchObject({ status: 201 });
});

test("§13, I10: nothing is taken but what was announced, in the size that was announced", async () => {
  const whole = randomBytes(chunkBytes);
  const inlet = waitFor(whole);
  const url = await openFor(inlet);
  const other = randomBytes(chunkBytes);
  expect(await put(url, other)).toMatchObject({ status: 404 });
  expect(await put(url, whole, { size: whole.length + 1, length: whole.length })).toMatchObject({ status: 422 });
  expect(await put(url, whole, { headers: { "content-range": "bytes 5-4/10" } })).toMatchObject({ status: 400 });
  expect(await put(url, whole, { length: 100 })).toMatchObject({ status: 400 });
  expect(await put(url, whole, { as: "../../etc/passwd" })).toMatchObject({ status: 404 });
  expect((await fetch(`${url}/${sha256(whole)}`)).status).toBe(405);
  expect(inlet.taken).toEqual([]);
  // Bytes of another result under this one's name.
  expect(await put(url, other, { as: sha256(whole) })).toEqual({ status: 422, held: 0 });
  expect(await put(url, whole)).toMatchObject({ status: 201 });
});

test("before an engine is there an upload is told to come back", async () => {
  const url = await openFor(null);
  expect(await put(url, randomBytes(10))).toMatchObject({ status: 404 });
});

test("§13: with a token nobody puts anything without it; off loopback there is no listening without one", async () => {
  const whole = randomBytes(1_000);
  const inlet = waitFor(whole);
  const url = await openFor(inlet, "a token of the lab");
  for (const authorization of ["", "Bearer", "Bearer a token of the la", "Basic a token of the lab"]) {
    expect(await put(url, whole, { headers: { authorization } })).toMatchObject({ status: 401 });
  }
  expect(inlet.taken).toEqual([]);
  expect(await put(url, whole, { headers: { authorization: "Bearer a token of the lab" } })).toMatchObject({
    status: 201,
  });
  for (const token of [null, "", "short"]) {
    await expect(openUploads({ host: "0.0.0.0", token, log: quiet })).rejects.toMatchObject({
      code: "uploads.tokenMissing",
    });
  }
});

test("without a token no page of another site may put anything", async () => {
  const whole = randomBytes(1_000);
  const inlet = waitFor(whole);
  const url = await openFor(inlet);
  expect(await put(url, whole, { headers: { origin: "https://elsewhere.example" } })).toMatchObject({ status: 403 });
  expect(inlet.taken).toEqual([]);
});
