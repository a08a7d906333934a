import { LabError } from "@labloop/contracts";
import { quantity, type ValuesOf } from "@labloop/driver";
import type { EsmConfig } from "./config.ts";
import { decodeReading } from "./wire.ts";

/** What a stroke is asked for by. */
export const strokeParams = {
  travel: quantity("mm", { min: 1, max: 200, description: "Down from home" }),
  speed: quantity("mm/min", { min: 1, max: 1_100, description: "Both ways" }),
};

/** One stroke down from home and back, as the stand can carry it out: travel to 0.01 mm, speed to 0.1 mm/min. */
export interface Stroke {
  readonly travelMm: number;
  readonly speedMmPerMin: number;
}

/** The load over travel of the way down. */
interface Curve {
  readonly travelMm: number[];
  readonly loadN: number[];
}

/** Returns the stroke that these parameters ask for, in the steps of the wire (`g-XXX.XX`, `eXXXX.X`). */
export function strokeOf({ travel, speed }: ValuesOf<typeof strokeParams>): Stroke {
  return { travelMm: Number(travel.value.toFixed(2)), speedMmPerMin: Number(speed.value.toFixed(1)) };
}

/** How long the crosshead takes one way, in ms. */
export function strokeMs({ travelMm, speedMmPerMin }: Stroke): number {
  return (travelMm / speedMmPerMin) * 60_000;
}

/** How many readings the gauge stores from the start of the stroke to its deepest point, both included. */
export function readingsOf(stroke: Stroke, config: EsmConfig): number {
  // The tolerance keeps a last reading which falls on the turn itself from being lost to rounding.
  return Math.floor((strokeMs(stroke) / 1_000) * config.readingsPerSecond + 1e-6) + 1;
}

/**
 * Returns the loads in what the gauge sent for `MEM`, in N, compression positive.
 *
 * Throws when a line is not a reading in newtons: half a curve is worse than none.
 */
export function storedLoads(lines: readonly string[]): number[] {
  return lines.map((line) => {
    const reading = decodeReading(line);
    if (reading === null || (reading.unit !== null && reading.unit !== "N")) {
      throw new LabError("tester.strangeAnswer", `in its memory the gauge has "${line}", which is no load in N`);
    }
    return reading.value;
  });
}

/**
 * Returns the curve of the way down, or null when the memory holds less than that.
 *
 * The gauge stores loads only. Their travel follows from the crosshead's constant speed, because the first reading is
 * taken as the stroke begins; what was stored on the way up is left out.
 */
export function curveOf(loads: readonly number[], stroke: Stroke, config: EsmConfig): Curve | null {
  const count = readingsOf(stroke, config);
  if (loads.length < count) return null;
  const stepMm = stroke.speedMmPerMin / 60 / config.readingsPerSecond;
  return {
    travelMm: Array.from({ length: count }, (_, index) => Number((index * stepMm).toFixed(6))),
    loadN: loads.slice(0, count),
  };
}
