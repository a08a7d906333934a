import { type Fault, LabError } from "@labloop/contracts";
import { readLab } from "@labloop/protocol";
import { loadWorldModule } from "./open-world.ts";
import { readSource } from "./read-source.ts";

/**
 * Returns what is wrong with the world of a simulated lab, at its place in the lab's file: a module that is not there or is no
 * world, and plants that it does not have, where it names those that it has.
 */
export async function worldFaults(labPath: string): Promise<Fault[]> {
  const source = readSource(labPath);
  // Whoever reads the lab tells of that.
  if (!source.ok) return [];
  const { sound: document, faults, isWhole, atValue } = readLab(source.value);
  if (document === null || !isWhole(["world"]) || !isWhole(["mode"])) return [];
  if (faults.some(({ code }) => code === "lab.worldMissing")) return [];
  try {
    const world = await loadWorldModule({ path: labPath, source: source.value, document });
    const known = world?.plants;
    if (known === undefined) return [];
    return Object.entries(document.devices).flatMap(([id, { transport }]) => {
      const at = ["devices", id, "transport", "plant"];
      if (typeof transport !== "object" || !("plant" in transport) || !isWhole(at)) return [];
      if (known.includes(transport.plant)) return [];
      const message = `${id}: the world ${document.world} has no plant "${transport.plant}"`;
      return [atValue(at, { code: "world.unknownPlant", message, hint: `it has ${known.toSorted().join(", ")}` })];
    });
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    const { code, message, hint } = error;
    return [atValue(["world"], { code, message, ...(hint === undefined ? {} : { hint }) })];
  }
}
