import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  type PhotoMedia,
  photoMedia,
  photoMediaOf,
  type PhotoReference,
  type PhotoShelf,
  type PhotoTaken,
} from "@labloop/contracts";

/** How many photos a step may have that were taken and not sent; chosen, so that nobody fills a disk with them. */
const mostPhotos = 20;

/** Enough to tell what a photo is. */
const headBytes = 12;

const endings: Readonly<Record<PhotoMedia, string>> = {
  "image/jpeg": ".jpg",
  "image/png": ".png",
  "image/webp": ".webp",
};

const partEnding = ".part";

/**
 * Returns the shelf of a folder: `<folder>/<command>/<SHA-256>.jpg`, as it came out of the camera. What is `whole` was
 * verified by its digest and is durable; a part that broke off goes on where it ended, also in another process.
 */
export function openPhotoShelf(folder: string): PhotoShelf {
  const taking = new Set<string>();
  const placeOf = (commandId: string, sha256: string) => join(folder, commandId, sha256);

  function fileOf(commandId: string, sha256: string): { readonly path: string; readonly media: PhotoMedia } | null {
    for (const media of photoMedia) {
      const path = `${placeOf(commandId, sha256)}${endings[media]}`;
      if (existsSync(path)) return { path, media };
    }
    return null;
  }

  async function take(part: Parameters<PhotoShelf["put"]>[0]): Promise<PhotoTaken> {
    const { commandId, sha256, size, first, bytes } = part;
    const there = fileOf(commandId, sha256);
    if (there !== null)
      return { is: "whole", reference: { sha256, size: statSync(there.path).size, media: there.media } };
    const home = join(folder, commandId);
    mkdirSync(home, { recursive: true });
    const path = `${placeOf(commandId, sha256)}${partEnding}`;
    const held = existsSync(path) ? statSync(path).size : 0;
    if (held === 0 && readdirSync(home).length >= mostPhotos) {
      return { is: "refused", reason: `this step has ${mostPhotos} photos already, and one is enough` };
    }
    if (first !== held) return { is: "ended", held };
    if (held + bytes.length > size) return { is: "refused", reason: `it was announced with ${size} bytes` };
    const file = await open(path, "a");
    try {
      await file.appendFile(bytes);
      if (held + bytes.length < size) return { is: "more", held: held + bytes.length };
      await file.sync();
    } finally {
      await file.close();
    }
    return finish(path, part);
  }

  /** What is here by now is the photo that was announced and one that can be shown, or it is thrown away. */
  async function finish(
    path: string,
    { commandId, sha256, size }: Parameters<PhotoShelf["put"]>[0],
  ): Promise<PhotoTaken> {
    const read = await digestOf(path);
    const media = photoMediaOf(read.head);
    if (read.sha256 !== sha256 || media === null) {
      await rm(path);
      const isOther = read.sha256 !== sha256;
      const reason = isOther ? "its bytes have another digest: send it anew" : "it is no JPEG, PNG or WebP";
      return { is: "refused", reason };
    }
    await rename(path, `${placeOf(commandId, sha256)}${endings[media]}`);
    await syncFolder(join(folder, commandId));
    await syncFolder(folder);
    return { is: "whole", reference: { sha256, size, media } };
  }

  return {
    async put(part) {
      const key = `${part.commandId}/${part.sha256}`;
      // Another window sends the same photo just now.
      if (taking.has(key))
        return { is: "ended", held: await sizeOf(`${placeOf(part.commandId, part.sha256)}${partEnding}`) };
      taking.add(key);
      try {
        return await take(part);
      } finally {
        taking.delete(key);
      }
    },
    has(commandId, { sha256, size, media }) {
      const path = `${placeOf(commandId, sha256)}${endings[media]}`;
      return existsSync(path) && statSync(path).size === size;
    },
    fileOf,
  };
}

/**
 * Keeps a small photo at once, in the folder of a shelf, and returns its reference; for those who cannot wait, as virtual time
 * does not. It is not made durable.
 */
export function keepPhoto(folder: string, commandId: string, bytes: Uint8Array, media: PhotoMedia): PhotoReference {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  mkdirSync(join(folder, commandId), { recursive: true });
  writeFileSync(join(folder, commandId, `${sha256}${endings[media]}`), bytes);
  return { sha256, size: bytes.length, media };
}

async function digestOf(path: string): Promise<{ readonly sha256: string; readonly head: Uint8Array }> {
  const hash = createHash("sha256");
  let head = Buffer.alloc(0);
  const file = await open(path, "r");
  for await (const piece of file.createReadStream()) {
    hash.update(piece as Buffer);
    if (head.length < headBytes) head = Buffer.concat([head, piece as Buffer]).subarray(0, headBytes);
  }
  return { sha256: hash.digest("hex"), head };
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    // It became whole this moment, or is not there yet: the next part is told where it ended.
    return 0;
  }
}

/** Makes a name in it durable; Windows has no such call, and refuses to open a folder. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
