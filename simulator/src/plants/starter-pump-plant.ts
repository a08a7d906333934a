import { LIMITS, TERMINATOR } from "@labloop/device-starter-pump/wire";
import { answerLines } from "@labloop/driver";
import * as z from "zod";
import type { Plant, PlantWorld } from "../world/plant-world.ts";

/** What the pump remembers over a power cut: its latest dose with its times, and what all before it have delivered (g). */
const Memory = z.record(z.enum(["dose", "rpm", "beganAt", "wouldEndAt", "endsAt", "before"]), z.number());
const unused = { dose: 0, rpm: 0, beganAt: 0, wouldEndAt: 0, endsAt: 0, before: 0 };

/** With what it has delivered up to now since it was made, g; grows while a dose runs. */
export type StarterPumpPlant = Plant & { readonly delivered: () => number };
type Flow = (rpm: number, dose: number) => number;

/** A pump that turns for as long as it was told; `flow` says how many grams a second arrive at a speed, dose by dose. */
export function createStarterPumpPlant(world: PlantWorld, flow: Flow): StarterPumpPlant {
  const { clock } = world;
  const memory = () => Memory.parse(world.memory() ?? unused);
  const isRunning = () => clock.now() < memory().endsAt;
  const secondsRun = () => (Math.min(clock.now(), memory().endsAt) - memory().beganAt) / 1_000;
  const delivered = () => {
    const { dose, rpm, before } = memory();
    return before + (dose === 0 ? 0 : flow(rpm, dose) * secondsRun());
  };

  function dose(rpm: number, seconds: number): string {
    if (isRunning()) return "BUSY";
    if (!(rpm >= LIMITS.rpm.min && rpm <= LIMITS.rpm.max)) return "RANGE";
    if (!(seconds >= LIMITS.s.min && seconds <= LIMITS.s.max)) return "RANGE";
    const [dose, beganAt, endsAt] = [memory().dose + 1, clock.now(), clock.now() + seconds * 1_000];
    const next = { dose, rpm, beganAt, wouldEndAt: endsAt, endsAt, before: delivered() };
    world.commit({ memory: next, actuation: { verb: "dose", detail: { dose, rpm, seconds } } });
    return `OK ${dose}`;
  }

  function answer(line: string): string {
    const now = memory();
    const [word, rpm, seconds] = line.split(" ");
    if (line === "ID?") return "STARTER-PUMP 1.0 P-0001";
    if (word === "DOSE") return dose(Number(rpm), Number(seconds));
    if (line === "STOP" && isRunning()) world.commit({ memory: { ...now, endsAt: clock.now() } });
    if (line !== "STATE?") return line === "STOP" ? `OK ${now.dose}` : "WHAT";
    const rest = now.dose === 0 ? "NONE" : now.endsAt < now.wouldEndAt ? "STOPPED" : "DONE";
    return `${isRunning() ? "RUN" : rest} ${now.dose} ${secondsRun()}`;
  }

  return { delivered, attach: (stream) => answerLines(stream, TERMINATOR, answer) };
}
