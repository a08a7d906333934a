import { randomStream } from "@labloop/clock";
import { LabError } from "@labloop/contracts";
import type { Part, Physics } from "../../src/index.ts";
import { type Design, designKey } from "./read-truth.ts";

/** Height of the columns between the platforms, mm (chosen; the parts of the data set are about 20 mm tall). */
const columnHeight = 20;
/** Both platforms together, mm³ (chosen). */
const platformVolume = 5_000;
/** Density of PLA, g/mm³ (common data sheet value 1.24 g/cm³). */
const density = 1.24e-3;
/** Travel over which the load returns to zero, mm (chosen). */
const strokeMm = 24;
/** Spacing of the load-travel curve, mm. */
const spacingMm = 0.1;
/** Smallest load step the curve is made of, N. */
const loadStep = 0.1;

/**
 * Returns the physics of the crossed barrels: a print takes 40 to 80 minutes, and crushing a part gives a curve whose
 * integral is the toughness that was measured for its replicate.
 *
 * Masses and print times are made up, plausibly and deterministically; toughness is measured.
 */
export function createPhysics(designs: ReadonlyMap<string, Design>, fileToKey: ReadonlyMap<string, string>): Physics {
  function designOf(file: string): Design {
    const design = designs.get(fileToKey.get(file) ?? "");
    if (design === undefined) throw new LabError("world.unknownDesign", `no design is printed from the file ${file}`);
    return design;
  }

  return {
    files: () => [...fileToKey.keys()],
    print(file) {
      if (!fileToKey.has(file)) return null;
      const volume = volumeOf(designOf(file));
      // 2.4 mm³ a second is a common speed for a 0.4 mm nozzle; the size is that of G-code at about 60 bytes a mm³.
      return { bytes: Math.round(volume * 60), durationMs: Math.round((volume / 2.4 + 300) * 1_000) };
    },
    mass(part) {
      const wobble = randomStream(part.replicate, part.file, "mass")() - 0.5;
      return volumeOf(designOf(part.file)) * density * (1 + 0.01 * wobble);
    },
    curve(part) {
      return curveOf(designOf(part.file), part);
    },
  };
}

/** Plastic in one part, mm³: the platforms, and n hollow columns lengthened by their twist. */
function volumeOf(design: Design): number {
  const { n = 0, theta = 0, r = 0, t = 0 } = design.parameters;
  const arc = (theta * Math.PI * 10) / 180;
  const length = Math.hypot(columnHeight, Math.min(arc, columnHeight));
  return platformVolume + n * Math.PI * (r ** 2 - (r - t) ** 2) * length;
}

/**
 * A rise, a wavy plateau and a fall, scaled so that the trapezoid sum is the replicate's toughness.
 *
 * Loads are whole steps of the gauge. Rounding carries its remainder to the next reading, so that the sum stays within
 * half a step and the integral within a few microjoules, even for the weakest part.
 */
function curveOf(design: Design, part: Part): { travelMm: number[]; loadN: number[] } {
  const energy = design.toughness[part.replicate];
  if (energy === undefined) {
    throw new LabError("world.noReplicate", `${designKey(design.parameters)} has no replicate ${part.replicate}`);
  }
  const readings = Math.round(strokeMm / spacingMm);
  const shape = Array.from({ length: readings + 1 }, (_, index) => {
    const along = index / readings;
    return Math.sin(Math.PI * along) ** 0.5 * (1 + 0.25 * Math.sin(9 * along));
  });
  // The shape is zero at both ends, so the trapezoid sum is the plain sum times the spacing; joules are 1000 N·mm.
  const sum = shape.reduce((total, value) => total + value, 0) * spacingMm;
  const scale = (energy * 1_000) / sum;
  let carried = 0;
  const loadN = shape.map((value, index) => {
    if (index === 0 || index === readings) return 0;
    const wanted = value * scale + carried;
    const steps = Math.round(wanted / loadStep);
    carried = wanted - steps * loadStep;
    return Math.round(steps * loadStep * 1e6) / 1e6;
  });
  return { travelMm: loadN.map((_, index) => Math.round(index * spacingMm * 1e6) / 1e6), loadN };
}
