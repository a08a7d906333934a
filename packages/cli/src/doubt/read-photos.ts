import { readFileSync, statSync } from "node:fs";
import {
  type Fault,
  LabError,
  type Outcome,
  photoLimit,
  photoMediaOf,
  type PhotoShelf,
  type Values,
  type ValueSpecs,
} from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";

/** A photo that was named, with its bytes. */
export interface ReadPhoto {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Returns the photos of a result as they were given, `name=FILE` or, where it has one photo, `FILE`; or everything that is
 * missing or wrong with them.
 */
export function readPhotos(specs: ValueSpecs, given: readonly string[]): Outcome<readonly ReadPhoto[]> {
  const wanted = Object.entries(specs).flatMap(([name, spec]) => (spec.type === "photo" ? [{ name, spec }] : []));
  const faults: Fault[] = [];
  const bad = (message: string, hint?: string) =>
    void faults.push({ code: "person.badPhoto", message, ...(hint === undefined ? {} : { hint }) });
  const files = new Map<string, string>();
  const hint = wanted.map(({ name }) => `--photo ${name}=FILE`).join(" ");
  for (const each of given) {
    const named = wanted.find(({ name }) => each.startsWith(`${name}=`))?.name;
    const name = named ?? (wanted.length === 1 ? wanted[0]?.name : undefined);
    if (name === undefined)
      bad(wanted.length === 0 ? "this step wants no photo" : `${each} does not say which photo it is`, hint);
    else if (files.has(name)) bad(`${name} is given twice: which of the two counts?`);
    else files.set(name, named === undefined ? each : each.slice(named.length + 1));
  }
  const read = wanted.flatMap(({ name, spec }): ReadPhoto[] => {
    const file = files.get(name);
    if (file === undefined) {
      if (faults.length === 0) bad(`${name}: the photo is missing`, hint);
      return [];
    }
    const bytes = bytesOf(file, photoLimit(spec));
    if (typeof bytes === "string") bad(`${name}: ${file} ${bytes}`);
    else if (photoMediaOf(bytes) === null) bad(`${name}: ${file} is no JPEG, PNG or WebP`);
    else return [{ name, bytes }];
    return [];
  });
  return faults.length === 0 ? { ok: true, value: read } : { ok: false, faults };
}

/** Returns what of a result is entered in words. */
export function withoutPhotos(specs: ValueSpecs): ValueSpecs {
  return Object.fromEntries(Object.entries(specs).filter(([, { type }]) => type !== "photo"));
}

/** Puts photos to their step, and returns them as its result refers to them. */
export async function keepPhotos(shelf: PhotoShelf, commandId: string, photos: readonly ReadPhoto[]): Promise<Values> {
  const values: Values = {};
  for (const { name, bytes } of photos) {
    const whole = { commandId, sha256: sha256(bytes), size: bytes.length };
    let taken = await shelf.put({ ...whole, first: 0, bytes });
    // The page had begun to send the same one.
    if (taken.is === "ended")
      taken = await shelf.put({ ...whole, first: taken.held, bytes: bytes.subarray(taken.held) });
    if (taken.is === "whole") values[name] = taken.reference;
    else
      throw new LabError(
        "person.photoRefused",
        `${name}: ${taken.is === "refused" ? taken.reason : "it is being sent just now"}`,
      );
  }
  return values;
}

function bytesOf(file: string, limit: number): Uint8Array | string {
  try {
    const { size } = statSync(file);
    return size > limit ? `has ${size} bytes, at most ${limit} may be sent` : readFileSync(file);
  } catch (error) {
    return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}
