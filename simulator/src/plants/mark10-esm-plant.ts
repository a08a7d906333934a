import type { Json } from "@labloop/contracts";
import {
  type CommandCut,
  encodeStatus,
  type EsmCommand,
  splitCommands,
  TERMINATOR,
} from "@labloop/device-mark10-esm/wire";
import type { ByteStream } from "@labloop/driver";
import type { Plant, PlantWorld } from "../world/plant-world.ts";
import { captureTimes, loadsAt, readTesterMemory, type TesterMemory } from "./mark10-esm-memory.ts";
import { placeAt } from "./mark10-esm-motion.ts";
import { resolveLoads } from "./mark10-gauge.ts";

export interface Mark10EsmPlantOptions {
  readonly serial?: string;
  /** What the gauge resolves, in N; default 1, of a 5,000 N load cell. */
  readonly resolutionN?: number;
  /** Readings a second while the trigger is held; default 25. */
  readonly readingsPerSecond?: number;
  /** Default 5,000. */
  readonly memoryReadings?: number;
}

/** Where the limit switches on the column are, in mm from home: chosen. */
const HIGHEST_MM = 20;
const LOWEST_MM = -250;

/** Gauge commands which this plant takes without a word, since it always is as they want it. */
const ALREADY_SO = new Set(["N", "CUR", "FULL", "IPOL0", "OPOL0", "MITD", "AOUT0", "Z", "CLR", "SAVE"]);

const SETTINGS = "V1.05;N;CUR;FLTC8;FLTP1;AOUT00;AOFF0;FULL;MITD;POL;B0";

/** A test stand with its gauge, which crushes the finished part that stands at its own place. */
export function createMark10EsmPlant(world: PlantWorld, options: Mark10EsmPlantOptions = {}): Plant {
  const { serial = "3790001", resolutionN = 1, readingsPerSecond = 25, memoryReadings = 5_000 } = options;
  const decimals = Math.max(0, Math.ceil(-Math.log10(resolutionN)));

  /** Obeys every command of one chunk at one instant, and remembers it all before any of it is answered. */
  function obeyAll(commands: readonly EsmCommand[]): string {
    const now = world.clock.now();
    let memory = readTesterMemory(world.memory());
    let isRemembered = true;
    let answers = "";
    const say = (line: string) => {
      answers += line + TERMINATOR;
    };
    const change = (changed: Partial<TesterMemory>) => {
      memory = { ...memory, ...changed };
      isRemembered = false;
    };
    const place = () =>
      memory.motion === null
        ? { mm: memory.restMm, going: "stopped" as const, cycles: 0 }
        : placeAt(memory.motion, now);
    const counted = () => memory.cyclesBefore + place().cycles;
    const sayLoads = (times: readonly number[]) => {
      for (const load of resolveLoads(loadsAt(memory, times, world.physics), resolutionN)) {
        say(`${load.toFixed(decimals)} N`);
      }
    };

    const move = (way: "down" | "up") => {
      const { mm, going } = place();
      const isCycle = way === "down" && memory.mode === "cycle";
      const isManual = memory.mode === "manual";
      const top = isManual ? HIGHEST_MM : memory.upperMm;
      const bottom = isManual ? LOWEST_MM : memory.lowerMm;
      if (going !== "stopped" || (way === "down" ? mm <= bottom : mm >= top)) return;
      const standing = way === "down" ? world.partAt(world.deviceId) : null;
      const part = standing !== null && standing.readyAt <= now ? standing : null;
      change({
        cyclesBefore: counted(),
        motion: {
          kind: isCycle ? "cycle" : way,
          startedAt: now,
          from: mm,
          top,
          bottom,
          mmPerMs: memory.speedMmPerMin / 60_000,
          cycles: isCycle ? memory.cyclesSet : 0,
          stoppedAt: null,
        },
        part: part === null ? null : { ...part },
      });
      if (way === "up") return;
      // From here on the stroke is a fact of the world, whatever becomes of those who asked for it.
      world.commit({
        memory: memory satisfies Json,
        actuation: {
          verb: "crush",
          detail: { part: part?.id ?? null, bottomMm: bottom, speedMmPerMin: memory.speedMmPerMin },
        },
        ...(part === null || part.isCrushed ? {} : { parts: [{ kind: "crushed", place: world.deviceId }] }),
      });
      isRemembered = true;
    };

    const obeyStand = (letter: string, argument: string) => {
      const value = Number(argument);
      switch (letter) {
        case "a":
          return say(`${memory.speedMmPerMin.toFixed(1)} mm/min`);
        case "c":
          return change({ mode: "cycle" });
        case "d":
          return move("down");
        case "e":
          return value > 0 ? change({ speedMmPerMin: value }) : undefined;
        case "f":
          return value > 0 ? change({ cyclesSet: value }) : undefined;
        case "g":
          return Number.isNaN(value) ? undefined : change({ lowerMm: value });
        case "h":
          return Number.isNaN(value) ? undefined : change({ upperMm: value });
        case "l":
          return change({ mode: "limit" });
        case "m":
          return change({ mode: "manual" });
        case "n":
          sayLoads([now]);
          return say(length(place().mm));
        case "p": {
          const { mm, going } = place();
          const limit = mm >= memory.upperMm ? "upper" : mm <= memory.lowerMm ? "lower" : null;
          return say(encodeStatus({ motion: going, mode: memory.mode, limit }));
        }
        case "q":
          return say(count(counted()));
        case "r":
          return say(count(memory.cyclesSet));
        case "s":
          if (memory.motion === null || place().going === "stopped") return;
          return change({ motion: { ...memory.motion, stoppedAt: now } });
        case "t":
          return change({ cyclesBefore: -place().cycles });
        case "u":
          return move("up");
        case "v":
          return say(length(memory.upperMm));
        case "w":
          return say(length(memory.lowerMm));
        case "x":
          return say(length(place().mm));
        case "z":
          if (place().going === "stopped") change({ cyclesBefore: counted(), restMm: 0, motion: null, part: null });
      }
    };

    const obeyGauge = (text: string) => {
      const last = memory.captures.at(-1);
      const isHeld = last !== undefined && last.stoppedAt === null;
      switch (text) {
        case "?":
        case "?C":
          return sayLoads([now]);
        case "S0":
          return isHeld ? undefined : change({ captures: [...memory.captures, { startedAt: now, stoppedAt: null }] });
        case "C0":
          if (!isHeld) return;
          return change({ captures: [...memory.captures.slice(0, -1), { ...last, stoppedAt: now }] });
        case "MEM":
          return sayLoads(captureTimes(memory, now, 1_000 / readingsPerSecond, memoryReadings));
        case "CLRMEM":
          return change({ captures: isHeld ? [{ startedAt: now, stoppedAt: null }] : [] });
        case "LIST":
          return say(SETTINGS);
        case "RN":
          return say("SERIES 7");
        case "RM":
          return say("M7I");
        case "RV":
          return say("V1.05");
        case "RS":
          return say(serial);
        default:
          if (!ALREADY_SO.has(text)) say("*10");
      }
    };

    for (const command of commands) {
      if (command.to === "stand") obeyStand(command.letter, command.argument);
      else obeyGauge(command.text);
    }
    if (!isRemembered) world.commit({ memory: memory satisfies Json });
    return answers;
  }

  return {
    attach(stream: ByteStream) {
      let cut: CommandCut = { isGaugeOpen: false, rest: "" };
      stream.onData((chunk) => {
        const split = splitCommands(cut, Buffer.from(chunk).toString("latin1"));
        cut = split.cut;
        if (split.commands.length === 0) return;
        const answers = obeyAll(split.commands);
        if (answers !== "" && stream.isOpen) stream.write(Buffer.from(answers, "latin1"));
      });
    },
  };
}

function length(mm: number): string {
  const text = mm.toFixed(2);
  return `${Number(text) === 0 ? "0.00" : text} mm`;
}

function count(cycles: number): string {
  return String(cycles).padStart(4, "0");
}
