import { statfsSync } from "node:fs";
import { type Clock, LabError, type Log, type OperatorDesk } from "@labloop/contracts";

/** Room on the disk that holds a data folder, in bytes. */
export interface DiskRoom {
  readonly free: number;
  readonly total: number;
}

/** Below either of these nothing is dispatched any more (contract E13). */
const leastFree = 1024 ** 3;
const leastShare = 0.05;

/** How often the room is looked at while a campaign runs, ms. */
const lookEveryMs = 5_000;

/** Returns the room on the disk under a folder. */
export function diskRoom(folder: string): DiskRoom {
  const { bavail, blocks, bsize } = statfsSync(folder);
  return { free: bavail * bsize, total: blocks * bsize };
}

/** Returns why there is too little room to go on, or null. */
export function whyFull({ free, total }: DiskRoom): string | null {
  if (free >= leastFree && free >= total * leastShare) return null;
  const gigabytes = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GB`;
  return `only ${gigabytes(free)} of ${gigabytes(total)} are free; at least 1 GB and 5 % have to be`;
}

/** Refuses to start on a disk that is nearly full: what is measured must find a place. Throws `run.diskFull`. */
export function requireRoom(folder: string): void {
  const why = whyFull(diskRoom(folder));
  if (why === null) return;
  throw new LabError("run.diskFull", `the disk under ${folder} is nearly full: ${why}`, {
    hint: "make room, or choose another place with --data; nothing was moved",
  });
}

/**
 * Pauses the campaign when the disk fills up on the way, and resumes it once there is room again; what runs goes on, and
 * its results still find the room that is left. Returns what ends the watch.
 */
export function watchDisk(options: {
  readonly room: () => DiskRoom;
  readonly desk: OperatorDesk;
  readonly linkClock: Clock;
  readonly log: Log;
}): () => void {
  const { room, desk, linkClock, log } = options;
  const by = { kind: "operator", name: "disk watch" } as const;
  let hasPaused = false;
  let cancel = linkClock.at(linkClock.now() + lookEveryMs, look);

  function look(): void {
    const why = whyFull(room());
    if (why !== null && !hasPaused) {
      hasPaused = desk.submit({ type: "campaign.pause", by, reason: `the disk is nearly full: ${why}` }).ok;
      log.error({ why }, "nothing new is started until there is room on the disk");
    } else if (why === null && hasPaused) {
      hasPaused = false;
      const receipt = desk.submit({ type: "campaign.resume", by });
      log.warn({ resumed: receipt.ok }, "there is room on the disk again");
    }
    cancel = linkClock.at(linkClock.now() + lookEveryMs, look);
  }

  return () => cancel();
}
