import type { Plant, PlantWorld } from "../world/plant-world.ts";

/** How long somebody takes to walk to the balance, read it and type the reading, ms; chosen. */
const readingMs = 90_000;

/** Returns somebody who reads what the balance at their place shows, to a hundredth of a gram. */
export function createBalanceReader(world: PlantWorld): Plant {
  const { clock, physics, deviceId } = world;
  return {
    // Nobody is on the line: people are asked, and answer.
    attach: () => undefined,
    answer() {
      const part = world.partAt(deviceId);
      const grams = part === null || part.readyAt > clock.now() ? 0 : physics.mass(part);
      const mass = { value: Math.round(grams * 100) / 100, unit: "g" };
      return { afterMs: readingMs, answer: { as: "done", result: { mass } } };
    },
  };
}
