import type { Json } from "@labloop/contracts";
import type { Part, Physics } from "../world/plant-world.ts";
import { firstStrokeMs, type Motion, placeAt } from "./mark10-esm-motion.ts";

type Stored<T> = { -readonly [Key in keyof T]: T[Key] };

/** A time during which the gauge's trigger is held; null while it still is. */
type Capture = { startedAt: number; stoppedAt: number | null };

/** What stand and gauge keep through a power cut. A type alias, since an interface is not JSON to the compiler. */
export type TesterMemory = {
  speedMmPerMin: number;
  upperMm: number;
  lowerMm: number;
  mode: "cycle" | "limit" | "manual";
  cyclesSet: number;
  /** Cycles counted before the motion below; `t` makes it minus what that motion has completed. */
  cyclesBefore: number;
  /** Where the crosshead stands as long as there is no motion. */
  restMm: number;
  /** The last motion, kept after its end since the readings stored during it follow from it. */
  motion: Stored<Motion> | null;
  /** What stood on the platen when it began, as it was then. */
  part: Stored<Part> | null;
  captures: Capture[];
};

const FACTORY: TesterMemory = {
  speedMmPerMin: 60,
  upperMm: 0,
  lowerMm: 0,
  mode: "manual",
  cyclesSet: 1,
  cyclesBefore: 0,
  restMm: 0,
  motion: null,
  part: null,
  captures: [],
};

/** Returns the memory as stored; only the plant writes it, so it is taken at its word. */
export function readTesterMemory(stored: Json | null): TesterMemory {
  return stored === null ? FACTORY : { ...FACTORY, ...(stored as Partial<TesterMemory>) };
}

/** Returns the load on the gauge in N at these times: on the first way down what the part bears, at any other 0. */
export function loadsAt({ motion, part }: TesterMemory, times: readonly number[], physics: Physics): number[] {
  if (motion === null || part === null || part.isCrushed) return times.map(() => 0);
  const curve = physics.curve(part);
  return times.map((time) => {
    const elapsedMs = Math.min(time, motion.stoppedAt ?? time) - motion.startedAt;
    // The tolerance keeps the deepest point, which is met only up to rounding, on the way down.
    if (elapsedMs < 0 || elapsedMs > firstStrokeMs(motion) + 1e-6) return 0;
    return loadOn(curve, motion.from - placeAt(motion, time).mm);
  });
}

/** Returns the times at which the gauge stored a reading until now, oldest first, until its memory was full. */
export function captureTimes({ captures }: TesterMemory, now: number, everyMs: number, capacity: number): number[] {
  const times: number[] = [];
  for (const { startedAt, stoppedAt } of captures) {
    const until = stoppedAt ?? now;
    for (let index = 0; startedAt + index * everyMs <= until && times.length < capacity; index++) {
      times.push(startedAt + index * everyMs);
    }
  }
  return times;
}

/** The load at a travel on a measured curve: straight between its points, 0 beyond them. */
function loadOn(curve: ReturnType<Physics["curve"]>, mm: number): number {
  const { travelMm, loadN } = curve;
  let low = 0;
  let high = travelMm.length - 1;
  if (mm < (travelMm[low] ?? Number.POSITIVE_INFINITY) - 1e-9) return 0;
  if (mm > (travelMm[high] ?? Number.NEGATIVE_INFINITY) + 1e-9) return 0;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((travelMm[middle] ?? 0) <= mm) low = middle;
    else high = middle;
  }
  const [x0 = 0, x1 = 0, y0 = 0, y1 = 0] = [travelMm[low], travelMm[high], loadN[low], loadN[high]];
  return x1 === x0 ? y1 : y0 + ((y1 - y0) * (mm - x0)) / (x1 - x0);
}
