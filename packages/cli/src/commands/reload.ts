import { createRandomIds, createRealClock } from "@labloop/clock";
import { pathsOf } from "../data-folder.ts";
import { chosenFolder } from "../doubt/chosen-folder.ts";
import { askReload } from "../drivers/ask-reload.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { loginName } from "../login-name.ts";
import { print, printJson } from "../say.ts";
import { numberOf } from "./number-of.ts";
import { reportFaults } from "./report-faults.ts";

/** `labloop device reload DEVICE`: has a running driver loaded anew as soon as its device is at rest; others go on. */
export async function reload(
  device: string,
  data: string | undefined,
  flags: { readonly within: string; readonly by?: string; readonly json?: boolean },
): Promise<ExitCode> {
  const folder = pathsOf(chosenFolder(data, process.env)).devices;
  const withinMs = numberOf("--within", flags.within) * 1_000;
  const clock = createRealClock();
  const by = flags.by ?? loginName();
  const faults = await askReload(folder, device, { withinMs, by, clock, ids: createRandomIds(clock) });
  if (faults.length > 0) {
    const ended = reportFaults(faults, flags.json === true);
    return faults.some(({ code }) => code === "device.notHosted" || code === "device.hostSilent")
      ? exitCode.failed
      : ended;
  }
  // Its successor has been started by now; how that does is the page's to show, and the next call's.
  if (flags.json === true) printJson({ v: 1, ok: true, device });
  else print(`${device}: its driver is loaded anew`);
  return exitCode.done;
}
