import { closeSync, fsyncSync, openSync, unlinkSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Clock } from "@labloop/contracts";
import { diskRoom, whyFull } from "../disk.ts";
import { nearestFolder } from "./check-data-folder.ts";
import { fault, fine, type Finding, warning } from "./finding.ts";

const rounds = 20;
/** Above it a step of a campaign, which waits for several, is held up noticeably; chosen. */
const slowMs = 50;

/**
 * Returns whether the disk under a folder has room, and how long it takes to make a record durable. That it is durable then
 * is the disk's word: no program can see a cache that lies.
 */
export function checkDisk(path: string, clock: Clock, room = diskRoom): Finding[] {
  const folder = nearestFolder(resolve(path));
  const { free, total } = room(folder);
  const why = whyFull({ free, total });
  const gigabytes = `${(free / 1024 ** 3).toFixed(1)} GB of ${(total / 1024 ** 3).toFixed(1)} GB`;
  const space =
    why === null
      ? fine("disk room", "disk.room", `${gigabytes} are free under ${folder}`)
      : fault(
          "disk room",
          "disk.full",
          `${why}: nothing would be started`,
          "make room, or choose another disk with --data",
        );
  return [space, fsyncFinding(folder, clock)];
}

function fsyncFinding(folder: string, clock: Clock): Finding {
  const about = "disk fsync";
  const file = join(folder, `.labloop-doctor-fsync-${process.pid}`);
  try {
    const began = clock.now();
    const handle = openSync(file, "wx");
    try {
      for (let i = 0; i < rounds; i++) {
        writeSync(handle, Buffer.alloc(4_096, i));
        fsyncSync(handle);
      }
    } finally {
      closeSync(handle);
      unlinkSync(file);
    }
    const each = (clock.now() - began) / rounds;
    const measured = `a durable write takes ${each < 1 ? "under 1" : each.toFixed(0)} ms here`;
    if (each > slowMs) {
      const mend =
        "use a local SSD for --data; network shares and USB sticks are slow and may lose what they confirmed";
      return warning(about, "disk.slow", `${measured}; every step of a campaign waits for several`, mend);
    }
    return fine(about, "disk.fsync", `${measured}; whether the disk keeps its word in a power cut cannot be seen`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return fault(
      about,
      "disk.fsyncFailed",
      `nothing could be made durable in ${folder} (${code})`,
      "choose another --data",
    );
  }
}
