import type { Json } from "@labloop/contracts";
import { encodeState, LIMITS, type PumpState, TERMINATOR } from "@labloop/device-starter-pump/wire";
import { createLineReader } from "@labloop/driver";
import * as z from "zod";
import type { Plant, PlantWorld } from "../world/plant-world.ts";

/** What the pump remembers over a power cut: its latest dose, and what all doses before it have delivered (g). */
const Memory = z.object({
  dose: z.number(),
  rpm: z.number(),
  seconds: z.number(),
  beganAt: z.number(),
  stoppedAt: z.number().nullable(),
  before: z.number(),
});
type Memory = z.infer<typeof Memory>;

const unused: Memory = { dose: 0, rpm: 0, seconds: 0, beganAt: 0, stoppedAt: null, before: 0 };

export interface StarterPumpPlant extends Plant {
  /** What it has delivered up to now since it was made, g; grows while a dose runs. */
  readonly delivered: () => number;
}

/** A pump that turns for as long as it was told; `flow` says how many grams a second arrive at a speed, dose by dose. */
export function createStarterPumpPlant(
  world: PlantWorld,
  flow: (rpm: number, dose: number) => number,
): StarterPumpPlant {
  const { clock } = world;
  const memory = () => readMemory(world.memory());

  const secondsRun = ({ dose, seconds, beganAt, stoppedAt }: Memory) =>
    dose === 0 ? 0 : Math.min(seconds, Math.max(0, ((stoppedAt ?? clock.now()) - beganAt) / 1_000));
  const isRunning = (now: Memory) => now.dose > 0 && now.stoppedAt === null && secondsRun(now) < now.seconds;
  const delivered = () => {
    const now = memory();
    return now.before + (now.dose === 0 ? 0 : flow(now.rpm, now.dose) * secondsRun(now));
  };
  const state = (): PumpState => {
    const now = memory();
    if (now.dose === 0) return { state: "NONE", dose: 0, seconds: 0 };
    const word = isRunning(now) ? "RUN" : now.stoppedAt === null ? "DONE" : "STOPPED";
    return { state: word, dose: now.dose, seconds: secondsRun(now) };
  };

  function dose(rpm: number, seconds: number): string {
    const now = memory();
    if (isRunning(now)) return "BUSY";
    const { minRpm, maxRpm, minS, maxS } = LIMITS;
    if (!(rpm >= minRpm && rpm <= maxRpm && seconds >= minS && seconds <= maxS)) return "RANGE";
    const next = { dose: now.dose + 1, rpm, seconds, beganAt: clock.now(), stoppedAt: null, before: delivered() };
    world.commit({ memory: next, actuation: { verb: "dose", detail: { dose: next.dose, rpm, seconds } } });
    return `OK ${next.dose}`;
  }

  function stop(): string {
    const now = memory();
    if (isRunning(now)) world.commit({ memory: { ...now, stoppedAt: clock.now() } });
    return `OK ${now.dose}`;
  }

  function answer(line: string): string {
    const [word, ...numbers] = line.split(" ");
    if (line === "ID?") return "STARTER-PUMP 1.0 P-0001";
    if (line === "STATE?") return encodeState(state());
    if (line === "STOP") return stop();
    if (word === "DOSE" && numbers.length === 2) return dose(Number(numbers[0]), Number(numbers[1]));
    return "WHAT";
  }

  return {
    delivered,
    attach(stream) {
      createLineReader(stream, { terminator: TERMINATOR }).onLine((line) => {
        if (stream.isOpen) stream.write(Buffer.from(answer(line) + TERMINATOR, "latin1"));
      });
    },
  };
}

function readMemory(stored: Json | null): Memory {
  return stored === null ? unused : Memory.parse(stored);
}
