import { hostname } from "node:os";
import { createRandomIds } from "@labloop/clock";
import { LabError, LabView, type OperatorCommand, type PhotoShelf, type Receipt } from "@labloop/contracts";
import type { AnswerAtRest } from "@labloop/engine";
import { createProjection, openJournal, readJournal } from "@labloop/journal";
import { type DataFolder, pathsOf, readHistory, readLock } from "../data-folder.ts";
import { openPhotoShelf } from "@labloop/gateway/photo-shelf";
import { cell } from "../lab/cell.ts";
import { openTime } from "../lab/time.ts";
import { postCommand } from "../watch/post-command.ts";
import { notedDashboard } from "./dashboard-address.ts";

/** Where a campaign's doubts are looked at and answered, whether it runs or not. */
export interface Desk {
  readonly data: string;
  /** Its dashboard's address while it runs; null while it does not, or runs without one. */
  readonly url: string | null;
  readonly view: LabView;
  /** Where photos are put before the answer that refers to them. */
  readonly photos: PhotoShelf;
  /** Takes an answer: a running campaign's engine decides at once; else it is recorded, and its next engine acts on it. */
  submit(command: OperatorCommand): Promise<Receipt>;
}

/** How long a campaign may take to show itself, ms. */
const answerWithinMs = 5_000;

/** Opens the desk of the campaign in a data folder; throws `journal.notFound` where nothing was recorded. */
export async function openDesk(data: string): Promise<Desk> {
  const folder = pathsOf(data);
  const photos = openPhotoShelf(folder.photos);
  const resting = readView(folder);
  const url = notedDashboard(folder.dashboard);
  const live = url === null ? null : await liveView(url);
  // Another campaign may have taken the port of one that was killed.
  if (url !== null && live !== null && live.campaign?.campaignId === resting.campaign?.campaignId) {
    return { data, url, view: live, photos, submit: (command) => postCommand(url, command) };
  }
  return {
    data,
    url: null,
    view: resting,
    photos,
    submit: (command) => recordAtRest(folder, command, data, photos),
  };
}

function readView({ journal }: DataFolder): LabView {
  const reader = readJournal(journal);
  try {
    const projection = createProjection();
    for (const record of reader.events()) projection.apply(record);
    return projection.view();
  } finally {
    reader.close();
  }
}

async function liveView(url: string): Promise<LabView | null> {
  try {
    const response = await fetch(new URL("/api/view", url), { signal: AbortSignal.timeout(answerWithinMs) });
    return LabView.safeParse(await response.json()).data ?? null;
  } catch {
    // Nobody is there: its process has gone without taking its note away.
    return null;
  }
}

async function recordAtRest(
  folder: DataFolder,
  command: OperatorCommand,
  data: string,
  photos: PhotoShelf,
): Promise<Receipt> {
  if (!isForRest(command)) {
    throw new LabError("doubt.notRunning", "its campaign does not run, so no device can be asked", {
      hint: `run it again with the same data folder (${data}), and ask then: it stays open with --wait`,
    });
  }
  const { answerAtRest } = await import("@labloop/engine");
  const lock = readLock(folder);
  const { linkClock, labClock } = openTime(
    { kind: lock?.clock ?? "real", scale: lock?.scale ?? 1 },
    readHistory(folder),
    0,
  );
  const journal = openJournalOf(folder, () => linkClock.now());
  try {
    const at = { labAt: labClock.now(), wallAt: linkClock.now() };
    return answerAtRest(journal, command, at, createRandomIds(linkClock), photos);
  } finally {
    journal.close();
  }
}

function openJournalOf({ journal: file }: DataFolder, monotonicNow: () => number) {
  try {
    const holder = `${hostname().toLowerCase()}-${process.pid}`;
    return openJournal({ file, cell, holder, leaseLifeMs: 10_000, monotonicNow });
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== "journal.inUse") throw error;
    throw new LabError("journal.inUse", "its campaign runs without a dashboard that could take the answer", {
      cause: error,
      hint: "answer when it has ended with exit code 4, or run it with --port and --wait",
    });
  }
}

function isForRest(command: OperatorCommand): command is AnswerAtRest {
  return atRest.has(command.type);
}

const atRest: ReadonlySet<OperatorCommand["type"]> = new Set<AnswerAtRest["type"]>([
  "step.answer",
  "campaign.resume",
  "doubt.resolve",
  "device.release",
  "device.calibrated",
  "device.maintained",
  "restore.confirm",
]);
