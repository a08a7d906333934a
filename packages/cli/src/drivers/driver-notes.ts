import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DriverStanding, Fault } from "@labloop/contracts";
import * as z from "zod";
import { isThere } from "../is-there.ts";

/**
 * What the host of a driver leaves beside the device's journal, for people and for `labloop doctor`: how the driver does, and
 * what came of the last wish to have it loaded anew.
 */
export const DriverNote = z.object({
  v: z.literal(1),
  device: z.string(),
  /** The process that watches over the driver, and the driver's own; null while it has none. */
  hostPid: z.number().int(),
  pid: z.number().int().nullable(),
  standing: DriverStanding,
  reload: z.object({ id: z.string(), ok: z.boolean(), faults: z.array(Fault) }).nullable(),
  /** The last times that the driver was loaded anew, in order: by whose wish, and the versions before and after. */
  reloads: z
    .array(z.object({ id: z.string(), by: z.string(), from: z.string().nullable(), to: z.string() }))
    .default([]),
});
export type DriverNote = z.infer<typeof DriverNote>;

/** So many reloads are kept in a note: whoever looks every few seconds misses none. */
export const mostReloads = 16;

/** A wish to have a driver loaded anew, left where its host looks. */
const ReloadRequest = z.object({
  v: z.literal(1),
  id: z.string(),
  withinMs: z.number().min(0),
  /** Who wishes it, by name. */
  by: z.string().default("somebody at this machine"),
});
export type ReloadRequest = z.infer<typeof ReloadRequest>;

const noteEnding = ".driver.json";
const requestEnding = ".reload.json";

/** Leaves a note; whoever reads sees the old one or the new one, never half of one. */
export function writeDriverNote(folder: string, note: DriverNote): void {
  write(join(folder, `${note.device}${noteEnding}`), note);
}

/** Takes the note on a device away: its driver has ended, and there is nothing to say of it. */
export function removeDriverNote(folder: string, device: string): void {
  rmSync(join(folder, `${device}${noteEnding}`), { force: true });
}

/** Returns the note on a device; null when there is none that can be read. */
export function readDriverNote(folder: string, device: string): DriverNote | null {
  return read(join(folder, `${device}${noteEnding}`), DriverNote);
}

/** Returns the notes of a folder, by device. */
export function readDriverNotes(folder: string): Record<string, DriverNote> {
  const notes = namesIn(folder, noteEnding).map((device) => readDriverNote(folder, device));
  return Object.fromEntries(notes.flatMap((note) => (note === null ? [] : [[note.device, note]])));
}

/** Returns how drivers do whose hosts, in other processes of this machine, use a folder. */
export function notedStandings(folder: string): Record<string, DriverStanding> {
  const notes = Object.values(readDriverNotes(folder)).filter(({ hostPid }) => isThere(hostPid));
  return Object.fromEntries(notes.map(({ device, standing }) => [device, standing]));
}

/** Leaves a wish for a device's host. */
export function requestReload(folder: string, device: string, request: z.input<typeof ReloadRequest>): void {
  write(join(folder, `${device}${requestEnding}`), request);
}

/** Takes the wishes of a folder away and returns those for the devices named, by device. */
export function takeReloadRequests(folder: string, devices: ReadonlySet<string>): Record<string, ReloadRequest> {
  const taken: Record<string, ReloadRequest> = {};
  for (const device of namesIn(folder, requestEnding)) {
    // Another process may be the host of the others.
    if (!devices.has(device)) continue;
    const file = join(folder, `${device}${requestEnding}`);
    const request = read(file, ReloadRequest);
    rmSync(file, { force: true });
    if (request !== null) taken[device] = request;
  }
  return taken;
}

function namesIn(folder: string, ending: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(ending))
      .map((name) => name.slice(0, -ending.length));
  } catch {
    // Before the first start there is no such folder.
    return [];
  }
}

function write(file: string, content: object): void {
  writeFileSync(`${file}.draft`, `${JSON.stringify(content)}\n`);
  renameSync(`${file}.draft`, file);
}

function read<T>(file: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}
