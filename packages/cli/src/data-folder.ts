import { accessSync, constants, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ClockAnchor, LabError } from "@labloop/contracts";
import { type JournalReader, readJournal } from "@labloop/journal";
import * as z from "zod";
import { makeFolder } from "./make-folder.ts";

/** What a data folder belongs to: nothing else may be resumed in it. */
export const CampaignLock = z.strictObject({
  v: z.literal(1),
  campaign: z.string(),
  digests: z.strictObject({
    campaign: z.string(),
    protocol: z.string(),
    lab: z.string(),
    candidates: z.string().optional(),
  }),
  seed: z.number(),
  clock: z.enum(["real", "scaled", "virtual"]),
  scale: z.number(),
  /** Where its lab file was when it began, for commands that are given the folder alone; absent in older ones. */
  labFile: z.string().optional(),
});
export type CampaignLock = z.infer<typeof CampaignLock>;

/** The files of one campaign's data folder. */
export interface DataFolder {
  readonly path: string;
  readonly journal: string;
  readonly devices: string;
  readonly world: string;
  readonly observations: string;
  /** Photos that people took of their steps, each under its command. */
  readonly photos: string;
  readonly report: string;
  readonly band: string;
  readonly log: string;
  /** Where its dashboard is, while it runs with one. */
  readonly dashboard: string;
  readonly lock: string;
  /** Where a world that runs in a process of its own says where it is. */
  readonly address: string;
}

/** Makes sure that a data folder can be written; throws `run.dataNotWritable` with what to do. */
export function openDataFolder(path: string): DataFolder {
  const folder = resolve(path);
  try {
    makeFolder(join(folder, "devices"));
    makeFolder(join(folder, "world"));
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new LabError("run.dataNotWritable", `the data folder ${folder} cannot be written: ${reasonOf(error)}`, {
      cause: error,
      hint: "choose another with --data, or give yourself the right to write there",
    });
  }
  return pathsOf(folder);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Returns where things lie in a data folder, without touching it. */
export function pathsOf(path: string): DataFolder {
  const folder = resolve(path);
  return {
    path: folder,
    journal: join(folder, "journal.db"),
    devices: join(folder, "devices"),
    world: join(folder, "world"),
    photos: join(folder, "photos"),
    observations: join(folder, "observations.csv"),
    report: join(folder, "report.html"),
    band: join(folder, "random-band.json"),
    log: join(folder, "labloop.log"),
    dashboard: join(folder, "dashboard.json"),
    lock: join(folder, "campaign.lock.json"),
    address: join(folder, "world", "address.json"),
  };
}

/** Returns the lock of a folder, or null in a new one; throws `run.lockDamaged` when it cannot be read. */
export function readLock(folder: DataFolder): CampaignLock | null {
  if (!existsSync(folder.lock)) return null;
  try {
    return CampaignLock.parse(JSON.parse(readFileSync(folder.lock, "utf8")));
  } catch (error) {
    throw new LabError("run.lockDamaged", `${folder.lock} is not a campaign lock`, {
      cause: error,
      hint: "the journal beside it is whole; restore the lock from a copy, or start in another folder",
    });
  }
}

/**
 * Takes a new folder for a campaign, or checks that a used one belongs to it; throws `run.differentCampaign` naming every
 * difference.
 */
export function claimFolder(folder: DataFolder, wanted: CampaignLock): void {
  const found = readLock(folder);
  if (found === null) {
    const draft = `${folder.lock}.draft`;
    writeFileSync(draft, `${JSON.stringify(wanted, null, 2)}\n`);
    renameSync(draft, folder.lock);
    return;
  }
  const differences = [
    ...(["campaign", "seed", "clock", "scale"] as const)
      .filter((key) => found[key] !== wanted[key])
      .map((key) => `its ${key} is ${found[key]}, not ${wanted[key]}`),
    ...(["campaign", "protocol", "lab", "candidates"] as const)
      .filter((key) => found.digests[key] !== wanted.digests[key])
      .map((key) => `its ${key} file was another`),
  ];
  if (differences.length === 0) return;
  throw new LabError("run.differentCampaign", `${folder.path} holds another campaign: ${differences.join("; ")}`, {
    hint: "give this one a folder of its own with --data",
  });
}

const Created = z.object({ clock: ClockAnchor });

/** What a folder's journal says of its campaign, read without disturbing a running engine. */
export interface FolderHistory {
  readonly anchor: ClockAnchor;
  readonly lastLabAt: number;
  readonly isOver: boolean;
}

/** Returns the history of a folder, or null when nothing was recorded there yet; what cannot be read is named. */
export function readHistory(folder: DataFolder): FolderHistory | null {
  const reader = readerOf(folder.journal);
  if (reader === null) return null;
  try {
    // Rows as they stand: whoever opens the journal for writing verifies all of it.
    const rows = reader.storedOf(["campaign.created", "campaign.finished", "campaign.aborted"]);
    const created = rows.find(({ type }) => type === "campaign.created");
    if (created === undefined) return null;
    const anchor = Created.parse(JSON.parse(created.body)).clock;
    const isOver = rows.some(({ type }) => type !== "campaign.created");
    return { anchor, lastLabAt: reader.lastStored()?.labAt ?? 0, isOver };
  } catch (error) {
    const verdict = reader.verify();
    const [fault] = verdict.ok ? [] : verdict.faults;
    if (fault === undefined) throw error;
    throw new LabError(fault.code, `${folder.journal}: ${fault.message}`, {
      cause: error,
      hint: "restore the file from a backup; no part of it may be mended by hand",
    });
  } finally {
    reader.close();
  }
}

/** A process killed while it made the file leaves nothing that was recorded: that is a new folder. */
function readerOf(journal: string): JournalReader | null {
  try {
    return readJournal(journal);
  } catch (error) {
    if (error instanceof LabError && error.code === "journal.notFound") return null;
    throw error;
  }
}
