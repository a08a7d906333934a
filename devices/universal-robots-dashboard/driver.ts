import { LabError } from "@labloop/contracts";
import {
  type ContextFor,
  defineDevice,
  defineFaults,
  type Done,
  type Evidence,
  type Found,
  text,
  type ValuesOf,
} from "@labloop/driver";
import * as z from "zod";
import { type Arm, DashboardConfig } from "./config.ts";
import { load, play, untilAtRest, whyNotReady } from "./programs.ts";
import { sense, settle } from "./sensing.ts";
import { openDashboard } from "./session.ts";
import { judgeTransfer, type TransferSighting } from "./verdict.ts";
import { decodeLoadedProgram, decodeStop, isSameProgram } from "./wire.ts";

const transfer = {
  params: { from: text({ description: "device id or place" }), to: text({ description: "device id or place" }) },
  // No duration: after a restart nobody knows when the arm came to rest.
  result: { program: text() },
};
type Route = ValuesOf<typeof transfer.params>;
type Moved = ValuesOf<typeof transfer.result>;
type Context = ContextFor<typeof transfer>;

/** What may go wrong before the arm moves, and how a transfer fails; what else is thrown asks for evidence. */
const faults = defineFaults("arm", {
  noProgram: {
    message: "{device} has no program from {from} to {to}",
    hint: 'teach one and name it under programs."from>to" in the lab file',
    physical: "none",
  },
  busy: { message: "{device} is {state} {program}", physical: "none" },
  nothingThere: { message: "no part stands on {place}", physical: "none" },
  placeTaken: { message: "a part already stands on {place}", physical: "none" },
  notMoved: { message: "{program} ended, the part stands where it stood", physical: "none" },
});

/** A Universal Robots arm that carries parts by programs taught on its pendant, started over the Dashboard Server. */
export default defineDevice({
  kind: "universal-robots-dashboard",
  driverVersion: "0.1.0",
  capability: "part-mover",
  title: { en: "Robot arm (Universal Robots)", ja: "ロボットアーム（Universal Robots）" },
  manual: "Universal Robots Dashboard Server, port 29999, see README.md",
  config: DashboardConfig,
  faults,
  async connect(stream, config, context): Promise<Arm> {
    const session = await openDashboard(stream, config.answerTimeoutS * 1000, context);
    if (config.serial !== undefined && session.serial !== config.serial) {
      throw new LabError(
        "arm.wrongRobot",
        `${context.deviceId}: the robot on this line is ${session.serial ?? "of unknown serial number"}, the lab file means ${config.serial}`,
        { hint: "check the address, or write this robot's serial number into the lab file" },
      );
    }
    return { session, config };
  },
  identify: ({ session }) => ({ serial: session.serial, firmware: session.polyscope }),
  // What keeps an arm at rest from moving is seen before a step needs it.
  health: {
    everyMs: 60_000,
    async look({ session }) {
      const obstacle = await whyNotReady(session);
      return obstacle === null ? "ok" : { attention: `it would not move: ${obstacle}` };
    },
  },
  // Answered "Failed to execute" when no program runs, which is as good.
  async halt({ session }) {
    await session.ask("stop", decodeStop);
  },
  operations: {
    transfer: {
      title: "Carry a part from one place to another",
      version: "1.0.0",
      ...transfer,
      // 45 s of motion, and 2 s for each of the four readings of a switch.
      duration: { typicalMs: 55_000, maxMs: 600_000 },
      baseline: takeBaseline,
      start,
      watch,
      probe,
    },
  },
});

async function takeBaseline(arm: Arm, { from, to }: Route, context: Context): Promise<Evidence> {
  const program = arm.config.programs[`${from}>${to}`];
  if (program === undefined) throw faults.noProgram({ device: context.deviceId, from, to });
  const { state, program: running } = await settle(arm, context);
  if (state !== "STOPPED") throw faults.busy({ device: context.deviceId, state, program: running });
  const obstacle = await whyNotReady(arm.session);
  if (obstacle !== null) {
    throw new LabError("arm.notReady", `${context.deviceId}: ${obstacle}`, {
      hint: "release the stop, switch the robot on and give it to remote control at the pendant",
    });
  }
  const source = await sense(arm, from, context);
  if (source === "empty") throw faults.nothingThere({ place: from });
  const destination = await sense(arm, to, context);
  if (destination === "occupied") throw faults.placeTaken({ place: to });
  await load(arm.session, program);
  return { ...({ program } satisfies TransferBaseline), source, destination };
}

async function start({ session }: Arm, _route: Route, { baseline, signal }: Context): Promise<void> {
  const { program } = TransferBaseline.parse(baseline);
  const loaded = await session.ask("get loaded program", decodeLoadedProgram);
  if (loaded === "none" || !isSameProgram(loaded.program, program)) {
    throw new LabError("arm.programChanged", `somebody loaded another program than ${program} meanwhile`);
  }
  // A halt that came between question and answer has gone out before the start, and would not stop it.
  signal.throwIfAborted();
  await play(session, program);
}

async function watch(arm: Arm, route: Route, context: Context) {
  const { program } = TransferBaseline.parse(context.baseline);
  const { state, program: ended } = await untilAtRest(arm, "transfer", program, context);
  if (state !== "STOPPED") throw new LabError("arm.unclear", `${ended} took the place of ${program}`);
  const seen = await sensePlaces(arm, route, program, ended, context);
  switch (judgeTransfer(seen)) {
    case "moved":
      return moved(context, program, seen);
    case "notMoved":
      throw faults.notMoved({ program }, { ...seen });
    case "unclear":
      throw new LabError("arm.unclear", `${program} ended, and the switches do not tell where the part is`);
  }
}

async function probe(arm: Arm, route: Route, context: Context): Promise<Found<Route, Moved>> {
  const { program } = TransferBaseline.parse(context.baseline);
  const { state, program: loaded } = await settle(arm, context);
  if (state !== "STOPPED") {
    const found = { state, program: loaded };
    // Paused is running too: a protective stop holds a program, and a person may let it go on.
    return isSameProgram(loaded, program)
      ? { outcome: "running", decisive: true, evidence: found }
      : { outcome: "unknown", decisive: false, evidence: found };
  }
  const obstacle = await whyNotReady(arm.session);
  if (obstacle !== null) return { outcome: "unknown", decisive: false, evidence: { state, program: loaded, obstacle } };
  const seen = await sensePlaces(arm, route, program, loaded, context);
  const found: Evidence = { ...seen };
  switch (judgeTransfer(seen)) {
    case "moved": {
      const ending = moved(context, program, seen);
      // A program that was stopped leaves an empty source, too; only a part at its destination has surely arrived.
      const isWhole = seen.destination === "occupied";
      return { outcome: "happened", decisive: true, evidence: found, ending, isWhole };
    }
    case "notMoved":
      // After a stop it is not believed: the part stands where it stood also when the arm was halted on its way to it.
      return { outcome: "not-happened", decisive: true, evidence: found };
    case "unclear":
      return { outcome: "unknown", decisive: false, evidence: found };
  }
}

function moved({ done }: Context, program: string, seen: TransferSighting): Done<Route, Moved> {
  return done({ program }, { evidence: { ...seen } });
}

/** Reads both places' switches once the arm stands still; `loaded` is what the controller had loaded before. */
async function sensePlaces(
  arm: Arm,
  { from, to }: Route,
  program: string,
  loaded: string,
  context: Context,
): Promise<TransferSighting> {
  // A sensing program stands for the transfer's end as well: one is loaded only once the arm was seen at rest.
  const witnesses = [program, ...Object.values(arm.config.senses)];
  const isWitnessLoaded = witnesses.some((witness) => isSameProgram(loaded, witness));
  // Without a switch at the destination the loaded program is evidence, which sensing would put its own in place of.
  const isLost = arm.config.senses[to] === undefined && !isWitnessLoaded;
  if (isLost) return { source: null, destination: null, isWitnessLoaded };
  const source = await sense(arm, from, context);
  const destination = await sense(arm, to, context);
  return { source, destination, isWitnessLoaded };
}

const TransferBaseline = z.object({ program: z.string() });
type TransferBaseline = z.infer<typeof TransferBaseline>;
