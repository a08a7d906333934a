import { randomInt } from "node:crypto";
import { relative } from "node:path";
import { createRealClock } from "@labloop/clock";
import { LabError } from "@labloop/contracts";
import { type Engine, successes } from "@labloop/engine";
import { readLock, pathsOf } from "../data-folder.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { type AwaitedDrivers, awaitDrivers, awaitedBy } from "../lab/await-drivers.ts";
import { requireLabAddress } from "../lab/lab-address.ts";
import { type BrokerFlags, readBrokerAccess } from "../lab/broker-access.ts";
import { type LoadedCampaign, loadCampaign } from "../lab/load-campaign.ts";
import type { LoadedLab } from "../lab/load-lab.ts";
import { defaultScale } from "../lab/time.ts";
import { noBroker } from "../no-broker.ts";
import { type OpenFace, openPlainFace } from "../face.ts";
import { followLauncher } from "../follow-launcher.ts";
import { terminalOf } from "../terminal/terminal-of.ts";
import { abortedText, type EndUnits, endText } from "../report/end-text.ts";
import { outOfUseLines, stuckLines } from "../report/stuck-lines.ts";
import { type DevicesElsewhere, runCampaign } from "../run-campaign.ts";
import { print, printJson, say } from "../say.ts";
import { steerBySignals } from "../steer-by-signals.ts";
import { brokerOf } from "./broker-of.ts";
import { isolationOf, virtualApart } from "./isolation-of.ts";
import { numberOf, portOf, seedOf } from "./number-of.ts";
import { reportFaults } from "./report-faults.ts";

export interface RunFlags extends BrokerFlags {
  readonly data?: string;
  readonly seed?: string;
  readonly clock?: string;
  readonly scale?: string;
  readonly lab?: string;
  readonly broker?: string;
  /** False for `--no-devices`: the drivers run in other processes. */
  readonly devices?: boolean;
  readonly world?: string;
  readonly isolation?: string;
  readonly port?: string;
  readonly json?: boolean;
  readonly wait?: boolean;
}

/** `labloop run CAMPAIGN`: runs a campaign to its end, or resumes the one in the data folder. */
export async function run(file: string, flags: RunFlags, openFace: OpenFace = openPlainFace): Promise<ExitCode> {
  const isolation = isolationOf(flags.isolation, flags.clock);
  // A driver that does not load is shown with its fault, and stops only campaigns that need it.
  const loaded = await loadCampaign(file, flags.lab, { isolation, broken: "leave-out" });
  if (!loaded.ok) return reportFaults(loaded.faults, flags.json === true);
  const campaign = loaded.value;
  const { mode } = campaign.lab.document;
  const data = flags.data ?? process.env["LABLOOP_DATA"] ?? `.labloop/${campaign.checked.campaign.campaign}`;
  const lock = readLock(pathsOf(data));
  const broker = brokerOf(flags.broker);
  const access = readBrokerAccess(broker, flags);
  const elsewhere = flags.devices === false ? devicesElsewhere(campaign.lab, flags, pathsOf(data).address) : null;
  const labTime = elsewhere?.clock ?? { kind: flags.clock ?? lock?.clock, scale: flags.scale ?? lock?.scale };
  const clock = clockOf(labTime.kind ?? (mode === "simulated" ? "scaled" : "real"), mode);
  const scale = clock === "scaled" ? numberOf("--scale", String(labTime.scale ?? defaultScale)) : 1;
  const seed =
    flags.seed === undefined ? (lock?.seed ?? elsewhere?.seed ?? randomInt(2 ** 32 - 1)) : seedOf(flags.seed);
  const budget = campaign.checked.campaign.budget.experiments;
  const isJson = flags.json === true;
  const dashboard = dashboardAt(flags.port, isJson);
  if (flags.wait === true && (dashboard === null || clock === "virtual")) {
    throw new LabError("usage.nowhereToAnswer", "--wait waits for answers on a dashboard, and there is none", {
      hint: "add --port, and no virtual clock",
    });
  }
  if (clock === "virtual" && campaign.lab.isolation === "process") throw virtualApart();
  if (clock === "virtual") refuseWithoutDrivers(campaign);
  const face = openFace({ isJson, budget, logFile: pathsOf(data).log });
  const stopFollowing = followLauncher(() => {
    steering.stop("its launcher is gone");
    face.leave();
  });
  const steering = steerBySignals((line) => face.say(line));
  let resumedAt: number | null = null;
  let awaited = null as AwaitedDrivers | null;
  try {
    const { end, last, wasStopped, stopped } = await runCampaign({
      campaign,
      data,
      seed,
      clock,
      scale,
      broker,
      access,
      elsewhere,
      log: face.log,
      dashboard,
      waitsForPeople: flags.wait === true || (!isJson && terminalOf(process) !== null),
      onRecord: (record, engine) => {
        face.record(record, engine);
        awaited?.take(record.event);
      },
      onOpen: (engine: Engine, where) => {
        resumedAt = successes(engine.state());
        if (resumedAt > 0) say(`resumed after ${resumedAt} of ${budget} experiments`);
        say(`data ${where.data}, broker ${where.broker}, clock ${clock}${clock === "scaled" ? ` x ${scale}` : ""}`);
        if (where.dashboard !== null) say(`dashboard ${where.dashboard}`);
        steering.attach(engine);
        face.open(engine, where);
        if (clock === "virtual") return;
        awaited = awaitDrivers({
          devices: awaitedBy(campaign, elsewhere !== null),
          heard: heardIn(engine),
          lab: campaign.lab.document.lab,
          broker: where.broker,
          startedBy: startedBy(campaign.lab, where.broker, { ...flags, data }),
          linkClock: createRealClock(),
          say: (line) => face.say(line),
        });
      },
      stayUntil: async (ended) => {
        awaited?.close();
        steering.detach();
        await face.stay(ended);
      },
    });
    face.close();
    if (last !== null) {
      if (isJson) printJson(last);
      else for (const line of endText(last, pathsOf(data).observations, stopped, unitsOf(campaign))) print(line);
    } else if (stopped !== null && !isJson) {
      for (const line of abortedText(stopped, pathsOf(data).observations)) print(line);
    }
    if (end.kind === "broken") throw end.error;
    if (end.kind === "stuck") {
      for (const line of stuckLines(end, data)) say(line);
      return exitCode.inDoubt;
    }
    if (end.kind === "ended") for (const line of outOfUseLines(end.state, data)) say(line);
    return wasStopped ? exitCode.stoppedByPerson : exitCode.done;
  } finally {
    awaited?.close();
    stopFollowing();
    steering.detach();
    face.close();
  }
}

function unitsOf({ checked }: LoadedCampaign): EndUnits {
  return { objective: checked.objective?.unit ?? "1", observed: checked.campaign.units };
}

/** Returns what to type for a driver that runs in another process: of this tree, or by what its declaration announces. */
function startedBy(
  { path, document, elsewhere }: LoadedLab,
  broker: string,
  { data, world = pathsOf(data).address }: { readonly data: string; readonly world?: string },
) {
  const ofWorld = document.mode === "real" ? "" : ` --world ${world}`;
  const about = (device: string) => `--device ${device} --lab ${document.lab} --broker ${broker}${ofWorld}`;
  return (device: string) =>
    elsewhere.includes(device)
      ? `in Python: python -m labloop_driver DRIVER.py ${about(device)} --journal ${device}.db`
      : `labloop host ${relative(process.cwd(), path)} --devices ${device} --broker ${broker} --data ${data}${ofWorld}`;
}

function heardIn(engine: Engine): string[] {
  return [...engine.state().devices.values()].flatMap(({ device, chart }) =>
    chart.value === "offline" ? [] : [device],
  );
}

/** A script that reads JSON has no use for a page unless it asks for a port. */
function dashboardAt(flag: string | undefined, isJson: boolean): { port?: number; isPortFixed?: boolean } | null {
  const port = flag ?? process.env["LABLOOP_PORT"];
  if (port === undefined) return isJson ? null : {};
  const number = portOf(port, flag === undefined ? "LABLOOP_PORT" : "--port");
  return { port: number, isPortFixed: number !== 0 };
}

/** In virtual time a driver elsewhere is never met: what only such drivers can do would be waited for without end. */
function refuseWithoutDrivers({ lab, checked }: LoadedCampaign): void {
  const here = new Set(Object.keys(lab.definitions).map((device) => lab.caps[device]?.capability));
  const needed = new Set(Object.values(checked.protocol.document.roles));
  const missing = lab.elsewhere.filter((device) => {
    const capability = lab.caps[device]?.capability;
    return capability !== undefined && needed.has(capability) && !here.has(capability);
  });
  if (missing.length === 0) return;
  const message = `in virtual time there is one process, and the driver of ${missing.join(", ")} runs in one of its own`;
  throw new LabError("usage.badClock", message, { hint: "take --clock scaled" });
}

/** Checks what `--no-devices` needs, and returns what is known of the lab that then runs in other processes. */
function devicesElsewhere({ document }: LoadedLab, flags: RunFlags, addressFile: string): DevicesElsewhere {
  if (brokerOf(flags.broker) === undefined) throw noBroker("run --no-devices");
  if (flags.clock !== undefined || flags.scale !== undefined) {
    throw new LabError(
      "usage.badClock",
      "with --no-devices the lab clock is that of the lab: leave out --clock, --scale",
    );
  }
  if (document.mode === "real") return { clock: null, seed: null };
  return requireLabAddress(flags.world ?? addressFile, document.lab);
}

function clockOf(name: string, mode: "real" | "simulated"): "real" | "scaled" | "virtual" {
  if (name !== "real" && name !== "scaled" && name !== "virtual") {
    throw new LabError("usage.badClock", `--clock ${name} is none of real, scaled, virtual`);
  }
  if (mode === "real" && name !== "real") {
    throw new LabError("usage.badClock", `a real lab runs in real time; --clock ${name} is for simulated labs`);
  }
  return name;
}
