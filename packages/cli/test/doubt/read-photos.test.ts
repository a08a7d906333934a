import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "@labloop/contracts/digest";
import { openPhotoShelf } from "@labloop/gateway/photo-shelf";
import { expect, onTestFinished, test } from "vitest";
import { keepPhotos, readPhotos } from "../../src/doubt/read-photos.ts";

const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0x10, 0x4a, 0x46, 0x49, 0x46, 0, 1]);

function folderOf(files: Readonly<Record<string, Uint8Array>>): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), "labloop-photos-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return (name) => join(folder, name);
}

const one = { mass: { type: "quantity", unit: "g" }, pan: { type: "photo", maxBytes: 100 } } as const;
const two = { pan: { type: "photo" }, tube: { type: "photo" } } as const;

test("a photo is named by its file where there is one, and by name and file where there are several", async () => {
  const at = folderOf({ "a=b.jpg": jpeg, "c.jpg": jpeg });
  expect(readPhotos(one, [at("a=b.jpg")])).toMatchObject({ ok: true, value: [{ name: "pan" }] });
  const read = readPhotos(two, [`tube=${at("c.jpg")}`, `pan=${at("a=b.jpg")}`]);
  expect(read).toMatchObject({ ok: true, value: [{ name: "pan" }, { name: "tube" }] });
  expect(readPhotos({ mass: one.mass }, [])).toEqual({ ok: true, value: [] });

  const commandId = "01KA0000000000000000000000.1";
  const kept = await keepPhotos(openPhotoShelf(at("photos")), commandId, read.ok ? read.value : []);
  const photo = { sha256: sha256(jpeg), size: jpeg.length, media: "image/jpeg" };
  expect(kept).toEqual({ pan: photo, tube: photo });
  expect(readdirSync(at(join("photos", commandId)))).toEqual([`${photo.sha256}.jpg`]);
});

test("everything that is missing or wrong with photos is said at once", () => {
  const at = folderOf({ "big.jpg": Buffer.concat([jpeg, Buffer.alloc(100)]), "table.csv": Buffer.from("mass,3.1\n") });
  const said = (read: ReturnType<typeof readPhotos>) => (read.ok ? [] : read.faults.map(({ message }) => message));
  expect(said(readPhotos(one, []))).toEqual(["pan: the photo is missing"]);
  expect(said(readPhotos(one, [at("big.jpg")]))).toEqual([expect.stringContaining("has 112 bytes, at most 100")]);
  const wrong = readPhotos(two, [`pan=${at("table.csv")}`, `tube=${at("none.jpg")}`]);
  expect(said(wrong)).toEqual([expect.stringContaining("is no JPEG"), expect.stringContaining("cannot be read")]);
  expect(said(readPhotos(two, ["a.jpg"]))).toEqual([expect.stringContaining("does not say which photo it is")]);
  expect(said(readPhotos({ mass: one.mass }, ["a.jpg"]))).toEqual(["this step wants no photo"]);
  expect(said(readPhotos(one, [at("table.csv"), at("none.jpg")]))[0]).toContain("pan is given twice");
});
