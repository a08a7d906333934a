import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LabView } from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";
import { createProjection } from "@labloop/journal";
import fastify from "fastify";
import { expect, onTestFinished, test } from "vitest";
import { addPhotoRoutes } from "../src/photo-routes.ts";
import { openPhotoShelf } from "../src/photo-shelf.ts";

const commandId = "01KA0000000000000000000000.1";
const head = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** No picture, and long enough for several parts; it begins as a PNG does. */
const photo = Buffer.concat([Buffer.from(head), Buffer.alloc(600_000, "foam")]);
const digest = sha256(photo);
const reference = { sha256: digest, size: photo.length, media: "image/png" };

const ask = {
  commandId,
  runId: "r",
  run: 1,
  sampleId: "s",
  step: "measure",
  device: "ada",
  op: "measure",
  title: "Measure",
  asks: { instructions: { en: "Look." }, fields: {} },
  params: {},
  paramSpecs: {},
  since: 0,
  result: { picture: { type: "photo" as const, maxBytes: 700_000 } },
};

/** Photos for one step of a lab, in a folder of their own. */
async function taking(view: LabView = { ...createProjection().view(), asks: [ask] }) {
  const folder = mkdtempSync(join(tmpdir(), "labloop-photos-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  // A body is no longer than in the lab's own gateway.
  const app = fastify({ bodyLimit: 256 * 1024 });
  const photos = openPhotoShelf(join(folder, "photos"));
  addPhotoRoutes(app, { view: () => view, photos });
  const put = async (first: number, bytes: Buffer, { of = commandId, as = digest, size = photo.length } = {}) => {
    const answer = await app.inject({
      method: "PUT",
      url: `/api/photos/${of}/${as}`,
      headers: {
        "content-type": "application/octet-stream",
        "content-range": `bytes ${first}-${first + bytes.length - 1}/${size}`,
      },
      payload: bytes,
    });
    return [answer.statusCode, answer.json() as Record<string, unknown>] as const;
  };
  const home = join(folder, "photos", commandId);
  return { app, put, photos, home };
}

const part = (n: number) => photo.subarray(n * 256 * 1024, (n + 1) * 256 * 1024);

test("a photo comes in parts, goes on where it broke off, and is kept as it was with its digest", async () => {
  const { app, put, photos, home } = await taking();
  expect(await put(0, part(0))).toEqual([202, { ok: true, held: 262_144 }]);
  expect(photos.has(commandId, { ...reference, media: "image/png" })).toBe(false);
  // Tried again from the beginning, as after a connection that broke.
  expect(await put(0, part(0))).toMatchObject([409, { held: 262_144 }]);
  expect(await put(262_144, part(1))).toMatchObject([202, { held: 524_288 }]);
  expect(await put(524_288, part(2))).toEqual([201, { ok: true, photo: reference }]);
  expect(await put(0, part(0))).toEqual([201, { ok: true, photo: reference }]);
  expect(readdirSync(home)).toEqual([`${digest}.png`]);
  expect(readFileSync(join(home, `${digest}.png`)).equals(photo)).toBe(true);
  expect(photos.has(commandId, { ...reference, media: "image/png" })).toBe(true);
  const shown = await app.inject({ url: `/api/photos/${commandId}/${digest}` });
  expect([shown.headers["content-type"], shown.rawPayload.equals(photo)]).toEqual(["image/png", true]);
});

test("what is no photo, or has another digest than it was announced with, is not kept", async () => {
  const { put, home } = await taking();
  const text = Buffer.from("mass,3.1\n");
  const told = await put(0, text, { as: sha256(text), size: text.length });
  expect(told).toMatchObject([422, { reason: "it is no JPEG, PNG or WebP" }]);
  const other = await put(0, part(0), { size: part(0).length });
  expect(other).toMatchObject([422, { reason: expect.stringContaining("another digest") }]);
  expect(readdirSync(home)).toEqual([]);
});

test("nothing is taken for a step that wants no photo or waits for nobody, above the limit, or without end", async () => {
  const { put, photos, home } = await taking();
  expect(await put(0, part(0), { size: 700_001 })).toMatchObject([413, { reason: expect.stringContaining("700000") }]);
  expect(await put(0, part(0), { of: "01KA0000000000000000000000.2" })).toMatchObject([404, {}]);
  const silent = await taking({ ...createProjection().view(), asks: [{ ...ask, result: {} }] });
  expect(await silent.put(0, part(0))).toMatchObject([404, {}]);
  const shelved = (n: number) =>
    photos.put({ commandId, sha256: n.toString(16).padStart(64, "0"), size: 9, first: 0, bytes: Buffer.alloc(1) });
  for (let n = 0; n < 20; n++) expect(await shelved(n)).toMatchObject({ is: "more" });
  expect(await shelved(20)).toMatchObject({ is: "refused" });
  expect(readdirSync(home)).toHaveLength(20);
});
