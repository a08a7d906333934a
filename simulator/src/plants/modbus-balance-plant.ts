import { exceptionCodes } from "@labloop/device-modbus/wire";
import * as z from "zod";
import type { Plant, PlantWorld } from "../world/plant-world.ts";
import { type ModbusFaults, serveModbus } from "./modbus-server.ts";
import { settlingMsOf } from "./settling-ms.ts";

export interface ModbusBalanceOptions extends ModbusFaults {
  /** Default 4,200. */
  readonly capacityG?: number;
  /** False while something keeps the pan from coming to rest. */
  readonly doesSettle?: () => boolean;
}

/** How long it looks for a stable weight before it says so: chosen. */
const patienceMs = 40_000;
const states = { idle: 0, settling: 1, stable: 2, overload: 3, restless: 4 } as const;

/** What it keeps over a power cut: when it was last told to weigh. */
const Memory = z.object({ beganAt: z.number().nullable() });

/** A weighing terminal by its table of registers; it stands for no product. See `devices/modbus/examples/balance.yaml`. */
export function createModbusBalancePlant(world: PlantWorld, options: ModbusBalanceOptions = {}): Plant {
  const { capacityG = 4_200, doesSettle = () => true } = options;
  const { clock, physics } = world;
  const memory = () => Memory.parse(world.memory() ?? { beganAt: null });

  const partOnPan = () => {
    const part = world.partAt(world.deviceId);
    return part === null || part.readyAt > clock.now() ? null : part;
  };
  const load = () => {
    const part = partOnPan();
    return part === null ? 0 : physics.mass(part);
  };
  const state = () => {
    const { beganAt } = memory();
    if (beganAt === null) return states.idle;
    const elapsed = clock.now() - beganAt;
    if (!doesSettle()) return elapsed < patienceMs ? states.settling : states.restless;
    if (elapsed < settlingMsOf(partOnPan()?.id ?? "")) return states.settling;
    return load() > capacityG ? states.overload : states.stable;
  };

  function weigh(command: number): number | null {
    if (command !== 1) return exceptionCodes.illegalValue;
    world.commit({ memory: { beganAt: clock.now() } });
    return null;
  }

  return {
    attach(stream) {
      const points = [
        { at: { kind: "input", address: 0 }, read: () => 5_220 },
        { at: { kind: "input", address: 1 }, read: state },
        { at: { kind: "input", address: 2, type: "i32", scale: 0.01 }, read: load },
        { at: { kind: "holding", address: 0 }, read: () => 0, write: weigh },
      ] as const;
      serveModbus(stream, 1, points, options);
    },
  };
}
