import { type Clock, type Fault, type Ids, sleep } from "@labloop/contracts";
import { isThere } from "../is-there.ts";
import { loadWithinMs } from "./describe-apart.ts";
import { readDriverNote, requestReload } from "./driver-notes.ts";

const lookEveryMs = 100;

/** What a host may take for the answer besides loading the driver and waiting for the device, ms; chosen. */
const marginMs = 15_000;

/**
 * Asks the host of a device's driver, this process or another one of this machine that uses the same folder, to load the
 * driver anew, and resolves with why it was not: empty once the old one has made way for its successor.
 */
export async function askReload(
  folder: string,
  device: string,
  { withinMs, by, clock, ids, signal }: { withinMs: number; by: string; clock: Clock; ids: Ids; signal?: AbortSignal },
): Promise<readonly Fault[]> {
  const hosted = () => {
    const note = readDriverNote(folder, device);
    return note !== null && isThere(note.hostPid) ? note : null;
  };
  const id = ids.random();
  const giveUpAt = clock.now() + withinMs + loadWithinMs + marginMs;
  if (hosted() === null) return [notHosted(device, folder)];
  requestReload(folder, device, { v: 1, id, withinMs, by });
  for (;;) {
    const note = hosted();
    if (note === null) return [notHosted(device, folder)];
    if (note.reload?.id === id) return note.reload.faults;
    if (clock.now() > giveUpAt) return [silent(device, note.hostPid)];
    await sleep(clock, lookEveryMs, signal);
  }
}

function notHosted(device: string, folder: string): Fault {
  return {
    code: "device.notHosted",
    message: `no driver of ${device} runs in a process of its own in ${folder}`,
    hint: "name the data folder of a running `labloop run` or `labloop host`; with --isolation none, start that again",
  };
}

function silent(device: string, hostPid: number): Fault {
  return {
    code: "device.hostSilent",
    message: `the host of ${device}, process ${hostPid}, has not answered`,
    hint: "see whether that process still works; if not, end it and start it again",
  };
}
