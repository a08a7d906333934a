import { type Broker, openBroker } from "@labloop/broker";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { loadLab } from "../lab/load-lab.ts";
import { listenForStop } from "../listen-for-stop.ts";
import { openLog } from "../log.ts";
import { print, printJson } from "../say.ts";
import { portOf } from "./number-of.ts";
import { reportFaults } from "./run.ts";

/** `labloop broker LAB`: the embedded broker in a process of its own, until it is stopped. */
export async function broker(file: string, flags: { port?: string; json?: boolean }): Promise<ExitCode> {
  const lab = await loadLab(file);
  if (!lab.ok) return reportFaults(lab.faults, flags.json === true);
  const stop = listenForStop();
  let opened: Broker | null = null;
  try {
    opened = await openBroker({ lab: lab.value.document.lab, port: portOf(flags.port ?? "0"), log: openLog() });
    if (flags.json === true) printJson({ v: 1, type: "broker.open", url: opened.url });
    else print(`broker ${opened.url}`);
    await stop.asked;
  } finally {
    stop.forget();
    await opened?.close();
  }
  return exitCode.done;
}
