import type { Cancel } from "@labloop/contracts";
import { greeting, isSameProgram } from "@labloop/device-universal-robots-dashboard/wire";
import { createLineReader } from "@labloop/driver";
import type { Plant, PlantWorld } from "../world/plant-world.ts";

/** What a program on the controller does: carry a part, or read a place's switch without moving. */
export type TaughtProgram = { readonly from: string; readonly to: string } | { readonly sense: string };

export interface UrDashboardPlantOptions {
  /** File name to what was taught under it. */
  readonly programs: Readonly<Record<string, TaughtProgram>>;
  readonly serial?: string;
  /** Lab time from `play` to the grip, to the release and to the end of a transfer, and how long sensing takes. */
  readonly pickMs?: number;
  readonly placeMs?: number;
  readonly transferMs?: number;
  readonly senseMs?: number;
}

/**
 * What the controller and the cell keep when the line breaks and when labloop dies. Tests set `safety` and `isRemote`
 * here, as a collision or a person at the pendant would.
 */
export type ArmMemory = {
  readonly loaded: string | null;
  readonly run: ProgramRun | null;
  readonly safety: "NORMAL" | "PROTECTIVE_STOP";
  readonly isRemote: boolean;
};

/** A run that `isBlocked` ends at a blocking popup instead of ending. */
type ProgramRun = {
  readonly program: string;
  readonly endsAt: number;
  readonly isBlocked: boolean;
};

const untouched: ArmMemory = { loaded: null, run: null, safety: "NORMAL", isRemote: true };

/** A Universal Robots controller with its cell: runs its programs in lab time, connected or not. */
export function createUrDashboardPlant(world: PlantWorld, options: UrDashboardPlantOptions): Plant {
  const { clock } = world;
  const { serial = "20245300001", pickMs = 15_000, placeMs = 30_000, transferMs = 45_000, senseMs = 1_000 } = options;

  const now = (): ArmMemory => {
    const memory = (world.memory() as ArmMemory | null) ?? untouched;
    const { run } = memory;
    const hasEnded = run !== null && !run.isBlocked && clock.now() >= run.endsAt;
    return hasEnded ? { ...memory, run: null } : memory;
  };
  const stateOf = ({ run, safety }: ArmMemory): "STOPPED" | "PLAYING" | "PAUSED" => {
    if (run === null) return "STOPPED";
    const isWaiting = run.isBlocked && clock.now() >= run.endsAt;
    return isWaiting || safety !== "NORMAL" ? "PAUSED" : "PLAYING";
  };

  return {
    attach(stream) {
      const say = (line: string) => {
        if (stream.isOpen) stream.write(Buffer.from(`${line}\n`, "utf8"));
      };
      const reader = createLineReader(stream, { terminator: "\n" });
      const stopReading: Cancel = reader.onLine((line) => {
        const request = line.trim();
        if (request === "") return;
        say(answer(request));
        if (request === "quit") stream.close();
      });
      stream.onClose(stopReading);
      say(greeting);
    },
  };

  function answer(request: string): string {
    const memory = now();
    if (request.startsWith("load ")) return load(memory, request.slice("load ".length).trim());
    switch (request) {
      case "play":
        return play(memory) ? "Starting program" : "Failed to execute: play";
      case "stop":
        return stop(memory) ? "Stopped" : "Failed to execute: stop";
      case "close popup":
        // The popup is the last thing in a sensing program: once it is closed, the program ends.
        if (stateOf(memory) === "PAUSED" && memory.run?.isBlocked) world.commit({ memory: { ...memory, run: null } });
        return "closing popup";
      case "programState":
        return `${stateOf(memory)} ${memory.loaded ?? "<unnamed>"}`;
      case "running":
        return `Program running: ${stateOf(memory) === "PLAYING"}`;
      case "get loaded program":
        return memory.loaded === null ? "No program loaded" : `Loaded program: /programs/${memory.loaded}`;
      case "robotmode":
        return "Robotmode: RUNNING";
      case "safetystatus":
        return `Safetystatus: ${memory.safety}`;
      case "safetymode":
        return `Safetymode: ${memory.safety}`;
      case "is in remote control":
        return String(memory.isRemote);
      case "get serial number":
        return serial;
      case "PolyscopeVersion":
        return "URSoftware 5.12.0.1101319 (Mar 22 2022)";
      case "quit":
        return "Disconnected";
      default:
        return `could not understand: '${request}'`;
    }
  }

  /** Returns whether there was a program to stop; a part in the gripper stays there. */
  function stop(memory: ArmMemory): boolean {
    if (memory.run === null) return false;
    const taught = options.programs[memory.run.program];
    const isMove = taught !== undefined && "from" in taught;
    world.commit({
      memory: { ...memory, run: null },
      ...(isMove ? { parts: [{ kind: "halted", from: taught.from, to: taught.to }] } : {}),
    });
    return true;
  }

  function load(memory: ArmMemory, name: string): string {
    const program = Object.keys(options.programs).find((taught) => isSameProgram(taught, name));
    if (program === undefined) return `File not found: ${name}`;
    if (memory.run !== null || !memory.isRemote) return `Error while loading program: ${name}`;
    world.commit({ memory: { ...memory, loaded: program } });
    return `Loading program: /programs/${program}`;
  }

  /** Returns whether the loaded program runs now; what it does to parts is durable before that is said. */
  function play(memory: ArmMemory): boolean {
    const { loaded, run, safety, isRemote } = memory;
    const taught = loaded === null ? undefined : options.programs[loaded];
    if (loaded === null || taught === undefined || run !== null || safety !== "NORMAL" || !isRemote) return false;
    const startedAt = clock.now();
    if ("sense" in taught) {
      const isBlocked = world.partAt(taught.sense) !== null;
      world.commit({
        memory: { ...memory, run: { program: loaded, endsAt: startedAt + senseMs, isBlocked } },
      });
      return true;
    }
    const { from, to } = taught;
    world.commit({
      memory: { ...memory, run: { program: loaded, endsAt: startedAt + transferMs, isBlocked: false } },
      actuation: { verb: "move", detail: { from, to } },
      parts: [{ kind: "moved", from, to, pickAt: startedAt + pickMs, placeAt: startedAt + placeMs }],
    });
    return true;
  }
}
