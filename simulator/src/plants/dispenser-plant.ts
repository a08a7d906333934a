import { createLineReader } from "@labloop/driver";
import * as z from "zod";
import type { Plant, PlantWorld } from "../world/plant-world.ts";

/** What it pushes out in a second, uL; chosen. */
const uLPerSecond = 50;
/** What it takes as a volume, uL. */
const limits = { lowest: 1, highest: 500 } as const;

/** What it keeps over a power cut: how many volumes it has begun, and the last one. */
const Memory = z.object({
  count: z.number(),
  volume: z.number(),
  beganAt: z.number(),
  haltedAt: z.number().nullable(),
});

/** A dispenser by the wire that `labloop driver new --python` writes a driver for; it stands for no product. */
export function createDispenserPlant(world: PlantWorld): Plant {
  const { clock } = world;
  const memory = () => Memory.parse(world.memory() ?? { count: 0, volume: 0, beganAt: 0, haltedAt: null });

  const delivered = () => {
    const { volume, beganAt, haltedAt } = memory();
    return Math.min(volume, (((haltedAt ?? clock.now()) - beganAt) / 1_000) * uLPerSecond);
  };
  const isBusy = () => {
    const { count, volume, haltedAt } = memory();
    return count > 0 && haltedAt === null && delivered() < volume;
  };

  function dispense(volume: number): string {
    if (isBusy()) return "ERR busy";
    if (!(volume >= limits.lowest && volume <= limits.highest)) return "ERR range";
    const next = { count: memory().count + 1, volume, beganAt: clock.now(), haltedAt: null };
    world.commit({ memory: next, actuation: { verb: "dose", detail: { count: next.count, volume } } });
    return "OK";
  }

  function halt(): string {
    if (isBusy()) world.commit({ memory: { ...memory(), haltedAt: clock.now() } });
    return "OK";
  }

  function answer(line: string): string {
    if (line === "ID?") return "PUMP 1.0";
    if (line === "BUSY?") return isBusy() ? "1" : "0";
    if (line === "COUNT?") return String(memory().count);
    if (line === "LAST?") return String(delivered());
    if (line === "HALT") return halt();
    if (line.startsWith("DISPENSE ")) return dispense(Number(line.slice("DISPENSE ".length)));
    return "ERR unknown";
  }

  return {
    attach(stream) {
      createLineReader(stream, { terminator: "\r\n" }).onLine((line) => {
        if (stream.isOpen) stream.write(Buffer.from(`${answer(line)}\r\n`, "latin1"));
      });
    },
  };
}
