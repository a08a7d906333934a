import { createRandomIds, createRealClock } from "@labloop/clock";
import { LabError, sleep } from "@labloop/contracts";
import { pathsOf } from "../data-folder.ts";
import { chosenFolder } from "../doubt/chosen-folder.ts";
import { readDriverNote, requestReload } from "../drivers/driver-notes.ts";
import { isThere } from "../is-there.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { print, printJson } from "../say.ts";
import { numberOf } from "./number-of.ts";
import { reportFaults } from "./run.ts";

const lookEveryMs = 100;

/** `labloop device reload DEVICE`: has a running driver loaded anew as soon as its device is at rest; others go on. */
export async function reload(
  device: string,
  data: string | undefined,
  flags: { readonly within: string; readonly json?: boolean },
): Promise<ExitCode> {
  const folder = pathsOf(chosenFolder(data, process.env)).devices;
  const withinMs = numberOf("--within", flags.within) * 1_000;
  const clock = createRealClock();
  const hosted = () => {
    const note = readDriverNote(folder, device);
    if (note !== null && isThere(note.hostPid)) return note;
    throw new LabError("device.notHosted", `no driver of ${device} runs in a process of its own in ${folder}`, {
      hint: "name the data folder of a running `labloop run` or `labloop host`; with --isolation none, start that again",
    });
  };
  hosted();
  const id = createRandomIds(clock).random();
  requestReload(folder, device, { v: 1, id, withinMs });
  for (;;) {
    const { reload: answer } = hosted();
    if (answer?.id === id) {
      if (!answer.ok) return reportFaults(answer.faults, flags.json === true);
      break;
    }
    await sleep(clock, lookEveryMs);
  }
  // Its successor has been started by now; how that does is the page's to show, and the next call's.
  if (flags.json === true) printJson({ v: 1, ok: true, device });
  else print(`${device}: its driver is loaded anew`);
  return exitCode.done;
}
