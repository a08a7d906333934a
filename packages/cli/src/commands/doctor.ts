import { openMqttBus } from "@labloop/bus/mqtt";
import { createRealClock } from "@labloop/clock";
import type { Heartbeat, Outcome, WholeLab } from "@labloop/contracts";
import { checkBroker } from "../doctor/check-broker.ts";
import { checkCalibrations } from "../doctor/check-calibrations.ts";
import { checkClocks } from "../doctor/check-clocks.ts";
import { checkConditions } from "../doctor/check-conditions.ts";
import { checkDataFolder } from "../doctor/check-data-folder.ts";
import { checkDisk } from "../doctor/check-disk.ts";
import { checkDrivers } from "../doctor/check-drivers.ts";
import { checkLeftovers } from "../doctor/check-leftovers.ts";
import { checkMaintenance } from "../doctor/check-maintenance.ts";
import { checkNode } from "../doctor/check-node.ts";
import { checkPorts } from "../doctor/check-ports.ts";
import { checkPython } from "../doctor/check-python.ts";
import { checkRunningDrivers } from "../doctor/check-running-drivers.ts";
import { checkReach } from "../doctor/check-reach.ts";
import { hearHeartbeats } from "../doctor/hear-heartbeats.ts";
import type { Finding } from "../doctor/finding.ts";
import { findingLines } from "../doctor/finding-lines.ts";
import { conditionsOf, notedConditions } from "../drivers/known-conditions.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { type BrokerFlags, readBrokerAccess } from "../lab/broker-access.ts";
import { type LoadedLab, loadLab } from "../lab/load-lab.ts";
import { worldFaults } from "../lab/world-faults.ts";
import { readSource } from "../lab/read-source.ts";
import { readLab, wholeCalibrations } from "@labloop/protocol";
import { openLog } from "../log.ts";
import { pythonProgram } from "../python-program.ts";
import { print, printJson } from "../say.ts";
import { brokerOf } from "./broker-of.ts";

export interface DoctorFlags extends BrokerFlags {
  readonly data?: string;
  readonly broker?: string;
  readonly json?: boolean;
}

/** `labloop doctor [LAB]`: finds what is wrong with a machine, and with a lab if one is named, and says what mends it. */
export async function doctor(file: string | undefined, flags: DoctorFlags): Promise<ExitCode> {
  const linkClock = createRealClock();
  const data = flags.data ?? process.env["LABLOOP_DATA"] ?? ".labloop";
  const url = brokerOf(flags.broker);
  const findings: Finding[] = [
    ...checkNode(process.version),
    ...checkDataFolder(data),
    ...checkDisk(data, linkClock),
    ...checkRunningDrivers(data),
    ...(await checkPorts()),
    ...(await checkLeftovers(data)),
  ];
  const loaded: Outcome<LoadedLab> | null = file === undefined ? null : await loadLab(file);
  if (loaded !== null && file !== undefined) findings.push(...checkDrivers(loaded, await worldFaults(file)));
  const { document, caps } = loaded?.ok ? loaded.value : { document: documentOf(file), caps: {} };
  if (file !== undefined && document !== null) {
    findings.push(
      ...checkPython(file, document, pythonProgram()),
      ...checkCalibrations(document, caps, linkClock.now()),
      ...(await checkMaintenance(document, data, linkClock.now())),
      ...(await checkReach(document, linkClock)),
    );
  }
  let heard: ReadonlyMap<string, Heartbeat> = new Map();
  if (url !== undefined) {
    const broker = await brokerFindings(url, flags, document);
    findings.push(...broker.findings);
    heard = broker.heard;
  }
  // What comes over the broker is the newer word.
  findings.push(...checkConditions({ ...notedConditions(data), ...conditionsOf(heard) }));

  const ok = findings.every(({ level }) => level !== "fault");
  if (flags.json === true) printJson({ v: 1, ok, findings });
  else for (const line of [...findingLines(findings), "", summary(findings)]) print(line);
  return ok ? exitCode.done : exitCode.failed;
}

/** A lab as far as it can be read: a driver that will not load hides nothing of the rest. */
function documentOf(file: string | undefined): WholeLab | null {
  const source = file === undefined ? null : readSource(file);
  if (!source?.ok) return null;
  const read = readLab(source.value);
  return read.value === null ? null : wholeCalibrations(read.value, read, { devices: {} }).lab;
}

interface BrokerFindings {
  readonly findings: readonly Finding[];
  readonly heard: ReadonlyMap<string, Heartbeat>;
}

async function brokerFindings(url: string, flags: DoctorFlags, document: WholeLab | null): Promise<BrokerFindings> {
  const linkClock = createRealClock();
  const access = readBrokerAccess(url, flags);
  // With credentials, the engine's, under a number that no engine has; else a cell of its own.
  const clientId = `eng-${flags.brokerCredentials === undefined ? "doctor" : "main"}-${2 ** 40 + process.pid}`;
  const options = { url, lab: document?.lab ?? "doctor", clientId, linkClock };
  const account = access.accountOf(clientId);
  const found = await checkBroker({ ...options, account, ca: access.ca });
  if (document === null || found.some(({ level }) => level === "fault")) {
    return { findings: found, heard: new Map() };
  }
  const bus = openMqttBus({ ...options, account, ca: access.ca, protocol: "auto", jitter: () => 0.5, log: openLog() });
  try {
    const heard = await hearHeartbeats(bus, document, linkClock);
    return { findings: [...found, ...checkClocks(heard, document)], heard };
  } finally {
    await bus.close();
  }
}

function summary(findings: readonly Finding[]): string {
  const count = (level: Finding["level"]) => findings.filter((finding) => finding.level === level).length;
  const [faults, warnings] = [count("fault"), count("warning")];
  const number = (n: number, what: string) => `${n === 0 ? "no" : n} ${what}${n === 1 ? "" : "s"}`;
  return `${number(faults, "fault")}, ${number(warnings, "warning")}`;
}
