import { randomInt } from "node:crypto";
import { type Fault, LabError } from "@labloop/contracts";
import { type Engine, successes } from "@labloop/engine";
import { readLock, pathsOf } from "../data-folder.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { loadCampaign } from "../lab/load-campaign.ts";
import { type OpenFace, openPlainFace } from "../face.ts";
import { followLauncher } from "../follow-launcher.ts";
import { endText } from "../report/end-text.ts";
import { runCampaign } from "../run-campaign.ts";
import { faultText, print, printJson, say } from "../say.ts";
import { steerBySignals } from "../steer-by-signals.ts";

export interface RunFlags {
  readonly data?: string;
  readonly seed?: string;
  readonly clock?: string;
  readonly scale?: string;
  readonly lab?: string;
  readonly broker?: string;
  readonly port?: string;
  readonly json?: boolean;
}

/** How much faster than life a simulated lab runs by default: the demo campaign then takes about half a minute. */
const defaultScale = 1_600;

/** `labloop run CAMPAIGN`: runs a campaign to its end, or resumes the one in the data folder. */
export async function run(file: string, flags: RunFlags, openFace: OpenFace = openPlainFace): Promise<ExitCode> {
  const loaded = await loadCampaign(file, flags.lab);
  if (!loaded.ok) return reportFaults(loaded.faults, flags.json === true);
  const campaign = loaded.value;
  const { mode } = campaign.lab.document;
  const data = flags.data ?? process.env["LABLOOP_DATA"] ?? `.labloop/${campaign.checked.campaign.campaign}`;
  const lock = readLock(pathsOf(data));
  const clock = clockOf(flags.clock ?? lock?.clock ?? (mode === "simulated" ? "scaled" : "real"), mode);
  const scale = clock === "scaled" ? numberOf("--scale", flags.scale ?? String(lock?.scale ?? defaultScale)) : 1;
  const seed = flags.seed === undefined ? (lock?.seed ?? randomInt(2 ** 32 - 1)) : numberOf("--seed", flags.seed);
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new LabError("usage.badSeed", `--seed ${seed} is not a whole number from 0 to 4294967295`);
  }
  const budget = campaign.checked.campaign.budget.experiments;
  const isJson = flags.json === true;
  const face = openFace({ isJson, budget, logFile: pathsOf(data).log });
  const stopFollowing = followLauncher(() => {
    steering.stop("its launcher is gone");
    face.leave();
  });
  const steering = steerBySignals((line) => face.say(line));
  let resumedAt: number | null = null;
  try {
    const { end, last, wasStopped } = await runCampaign({
      campaign,
      data,
      seed,
      clock,
      scale,
      broker: flags.broker ?? process.env["LABLOOP_BROKER_URL"],
      log: face.log,
      dashboard: dashboardAt(flags.port ?? process.env["LABLOOP_PORT"], isJson),
      onRecord: (record, engine) => face.record(record, engine),
      onOpen: (engine: Engine, where) => {
        resumedAt = successes(engine.state());
        if (resumedAt > 0) say(`resumed after ${resumedAt} of ${budget} experiments`);
        say(`data ${where.data}, broker ${where.broker}, clock ${clock}${clock === "scaled" ? ` x ${scale}` : ""}`);
        if (where.dashboard !== null) say(`dashboard ${where.dashboard}`);
        steering.attach(engine);
        face.open(engine, where);
      },
      stayUntil: async (ended) => {
        steering.detach();
        await face.stay(ended);
      },
    });
    face.close();
    if (last !== null) {
      if (isJson) printJson(last);
      else for (const line of endText(last, pathsOf(data).observations)) print(line);
    }
    if (end.kind === "broken") throw end.error;
    if (end.kind === "stuck") {
      for (const reason of end.reasons) say(`in doubt: ${reason}`);
      say("a person has to look; the campaign stays as it is and can be resumed");
      return exitCode.inDoubt;
    }
    return wasStopped ? exitCode.stoppedByPerson : exitCode.done;
  } finally {
    stopFollowing();
    steering.detach();
    face.close();
  }
}

/** Prints faults, as data or for people, and returns their exit code. */
export function reportFaults(faults: readonly Fault[], isJson: boolean): ExitCode {
  if (isJson) printJson({ v: 1, ok: false, faults });
  else for (const fault of faults) say(faultText(fault));
  return exitCode.checkFaults;
}

/** A script that reads JSON has no use for a page unless it asks for a port. */
function dashboardAt(port: string | undefined, isJson: boolean): { port?: number; isPortFixed?: boolean } | null {
  if (port === undefined) return isJson ? null : {};
  const number = numberOf("--port", port);
  if (Number.isInteger(number) && number >= 0 && number < 65_536) return { port: number, isPortFixed: number !== 0 };
  throw new LabError("usage.badNumber", `--port ${port} is not a port number`);
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

function numberOf(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || (flag === "--scale" && value <= 0)) {
    throw new LabError("usage.badNumber", `${flag} ${text} is not a${flag === "--scale" ? " positive" : ""} number`);
  }
  return value;
}
