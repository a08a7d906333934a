import { join } from "node:path";
import { encodeText } from "@labloop/device-file-drop/wire";
import type { Plant, PlantWorld } from "../world/plant-world.ts";
import { startInstrumentPc } from "./instrument-pc.ts";

/** What a balance needs to settle and its program to write it up, ms; chosen. */
const weighingMs = 8_000;

/** Returns a balance whose computer weighs what stands on the pan for every request in `in`, and drops a table in `out`. */
export function createBalancePcPlant(world: PlantWorld, folder: string): Plant {
  const { clock, physics, deviceId } = world;
  const pc = startInstrumentPc({
    clock,
    inbox: { folder: join(folder, "in"), file: /\.req$/ },
    outbox: { folder: join(folder, "out") },
    measure: ({ name }) => ({
      durationMs: weighingMs,
      drops() {
        const part = world.partAt(deviceId);
        const grams = part === null || part.readyAt > clock.now() ? 0 : physics.mass(part);
        const text = `天秤,B000000001\r\n試料,風袋(g),正味(g)\r\n${part?.id ?? "-"},0.00,${grams.toFixed(2)}\r\n`;
        return [{ name: name.replace(/\.req$/, ".csv"), bytes: encodeText(text, "cp932") }];
      },
    }),
  });
  // Whoever is on the line hears nothing: all goes by the folder.
  return { attach: () => undefined, close: () => pc.close() };
}
