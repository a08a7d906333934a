import { type ClockAnchor, isSameClock, LabError, type LabEventOf, type LabEventType } from "@labloop/contracts";
import { type EngineOptions, freedByOthers, type LeftBehind, leftBehind, stillHeld } from "@labloop/engine";
import { type Journal, type JournalReader, readJournal } from "@labloop/journal";
import type { DataFolder } from "../data-folder.ts";
import { neighboursOf } from "./campaign-folders.ts";

/** Which lab it is that campaigns share. */
export interface SharedLab {
  readonly lab: string;
  /** The clock of a world in a process of its own, which tells it from every other world; null in a real lab. */
  readonly world: ClockAnchor | null;
  /** How far back totals of its envelope count, ms of lab time, and what time it is there. */
  readonly totalsOverMs: number;
  readonly now: number;
}

/**
 * Returns what other campaigns of a lab have left behind, from the journals of the data folders beside this one, and what
 * people have said since in any of them. Throws `lab.campaignUnreadable` for a journal that cannot be read: nobody knows then.
 */
export function leftInLab(
  folder: DataFolder,
  own: Pick<Journal, "read">,
  shared: SharedLab,
): NonNullable<EngineOptions["before"]> {
  const others = new Map<string, LeftBehind>();
  for (const neighbour of neighboursOf(folder)) {
    const left = readLeft(neighbour, shared);
    if (left !== null) others.set(left.label, left.left);
  }
  const acts = [...others.values()].flatMap((left) => left.acts);
  if (others.size === 0) return { held: [], acts };
  const mine = leftBehind(own.read(), 0);
  const held = stillHeld(new Map([...others, ["this campaign", { ...mine, held: new Map<string, string>() }]]));
  return { held, acts, freed: freedByOthers(mine, others, held) };
}

const nothingLeft: LeftBehind = { held: new Map(), told: new Map(), acts: [], releasedAt: new Map(), lastAt: 0 };

function readLeft(neighbour: DataFolder, shared: SharedLab): { label: string; left: LeftBehind } | null {
  let reader: JournalReader;
  try {
    reader = readJournal(neighbour.journal);
  } catch (error) {
    // A campaign that was killed before its first fact has done nothing.
    if (error instanceof LabError && error.code === "journal.notFound") return null;
    throw unreadable(neighbour, error);
  }
  try {
    const [first] = reader.events();
    if (first?.event.type !== "campaign.created" || !isOfLab(first.event, shared)) return null;
    const { totalsOverMs } = shared;
    const label = `campaign ${first.event.campaign} in ${neighbour.path}`;
    return { label, left: mayMatter(reader, shared) ? leftBehind(reader.events(), totalsOverMs) : nothingLeft };
  } catch (error) {
    throw unreadable(neighbour, error);
  } finally {
    reader.close();
  }
}

/** Returns whether a campaign was begun in the lab that is meant, and in the world that is. */
export function isOfLab(
  { lab, mode, clock }: LabEventOf<"campaign.created">,
  { lab: name, world }: Pick<SharedLab, "lab" | "world">,
): boolean {
  if (lab !== name) return false;
  return world === null ? mode === "real" : isSameClock(clock, world);
}

/** What may leave a device held after its campaign is over; a command that was settled may still be going on there. */
const marks: ReadonlySet<string> = new Set<LabEventType>([
  "device.quarantined",
  "device.released",
  "estop.raised",
  "step.resolved",
]);

/** A campaign that is over has left something only where one of the marks stands, or where totals still reach it. */
function mayMatter(reader: JournalReader, { totalsOverMs, now }: SharedLab): boolean {
  let [isOver, isMarked, lastLabAt] = [false, false, 0];
  for (const { type, labAt } of reader.stored()) {
    if (type === "campaign.finished" || type === "campaign.aborted") isOver = true;
    isMarked ||= marks.has(type);
    lastLabAt = labAt;
  }
  return !isOver || isMarked || lastLabAt > now - totalsOverMs;
}

/** Returns the error of a neighbour whose journal cannot be read. */
export function unreadable({ path, journal }: DataFolder, cause: unknown): LabError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LabError("lab.campaignUnreadable", `what the campaign in ${path} has left in the lab: ${reason}`, {
    cause,
    hint: `labloop replay ${path} says what is wrong with ${journal}; if its devices were looked at, move the folder away`,
  });
}
