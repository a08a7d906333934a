import { randomInt } from "node:crypto";
import { type Fault, LabError } from "@labloop/contracts";
import { type Engine, successes } from "@labloop/engine";
import { readLock, pathsOf } from "../data-folder.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { loadCampaign } from "../lab/load-campaign.ts";
import { openLog } from "../log.ts";
import { followLauncher } from "../follow-launcher.ts";
import { jsonLine, plainLine } from "../report/lines.ts";
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
  readonly json?: boolean;
}

/** How much faster than life a simulated lab runs by default: the demo campaign then takes about half a minute. */
const defaultScale = 1_600;

/** `labloop run CAMPAIGN`: runs a campaign to its end, or resumes the one in the data folder. */
export async function run(file: string, flags: RunFlags): Promise<ExitCode> {
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
  const stopFollowing = followLauncher(() => steering.stop("its launcher is gone"));
  const steering = steerBySignals(say);
  let resumedAt: number | null = null;
  try {
    const { end, last, wasStopped } = await runCampaign({
      campaign,
      data,
      seed,
      clock,
      scale,
      broker: flags.broker ?? process.env["LABLOOP_BROKER_URL"],
      log: openLog(),
      onRecord: (record, engine) => {
        if (isJson) {
          const line = jsonLine(record);
          if (line !== null) printJson(line);
          return;
        }
        const state = engine()?.state();
        const line = plainLine(record, { done: (state === undefined ? 0 : successes(state)) + 1, budget });
        if (line !== null) print(line);
      },
      onOpen: (engine: Engine, where) => {
        resumedAt = successes(engine.state());
        if (resumedAt > 0) say(`resumed after ${resumedAt} of ${budget} experiments`);
        say(`data ${where.data}, broker ${where.broker}, clock ${clock}${clock === "scaled" ? ` x ${scale}` : ""}`);
        steering.attach(engine);
      },
    });
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
  }
}

/** Prints faults, as data or for people, and returns their exit code. */
export function reportFaults(faults: readonly Fault[], isJson: boolean): ExitCode {
  if (isJson) printJson({ v: 1, ok: false, faults });
  else for (const fault of faults) say(faultText(fault));
  return exitCode.checkFaults;
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
