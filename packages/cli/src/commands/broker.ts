import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Broker, type BrokerOptions, openBroker, readCredentials } from "@labloop/broker";
import { createRealClock } from "@labloop/clock";
import { LabError } from "@labloop/contracts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { loadLab } from "../lab/load-lab.ts";
import { listenForStop } from "../listen-for-stop.ts";
import { openLog } from "../log.ts";
import { print, printJson } from "../say.ts";
import { portOf } from "./number-of.ts";
import { reportFaults } from "./report-faults.ts";

export interface BrokerCommandFlags {
  readonly port?: string;
  readonly host?: string;
  /** A folder that `labloop secure` has made. */
  readonly secured?: string;
  readonly json?: boolean;
}

/** `labloop broker LAB`: the embedded broker in a process of its own, until it is stopped. */
export async function broker(file: string, flags: BrokerCommandFlags): Promise<ExitCode> {
  const lab = await loadLab(file, { broken: "leave-out" });
  if (!lab.ok) return reportFaults(lab.faults, flags.json === true);
  const stop = listenForStop();
  let opened: Broker | null = null;
  try {
    opened = await openBroker({
      lab: lab.value.document.lab,
      port: portOf(flags.port ?? "0"),
      ...(flags.host === undefined ? {} : { host: flags.host }),
      ...(flags.secured === undefined ? {} : readSecured(flags.secured)),
      linkClock: createRealClock(),
      log: openLog(),
    });
    if (flags.json === true) printJson({ v: 1, type: "broker.open", url: opened.url });
    else print(`broker ${opened.url}`);
    await stop.asked;
  } finally {
    stop.forget();
    await opened?.close();
  }
  return exitCode.done;
}

/** Returns what a secured folder holds for the broker: its key and certificate, and who may connect. */
function readSecured(folder: string): Pick<BrokerOptions, "tls" | "credentials"> {
  const read = (name: string) => {
    const path = join(folder, "broker", name);
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      throw new LabError("credentials.notReadable", `${path} cannot be read`, {
        cause: error,
        hint: "--secured names a folder of `labloop secure`, with a certificate in it",
      });
    }
  };
  return {
    tls: { key: read("server.key"), cert: read("server.crt") },
    credentials: readCredentials(read("credentials.json")),
  };
}
