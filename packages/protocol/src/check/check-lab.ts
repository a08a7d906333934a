import { type Fault, LabDocument, type Outcome } from "@labloop/contracts";
import { type ReadDocument, readDocument } from "../documents/read-document.ts";
import type { SourceText } from "../documents/source-text.ts";
import type { Path } from "../documents/yaml-tree.ts";
import { faultOf } from "../outcome.ts";
import { settle } from "./report.ts";

/** Returns the lab that a `lab.yaml` describes, or every fault of the file. */
export function checkLab(source: SourceText): Outcome<LabDocument> {
  const { value, faults } = readLab(source);
  return settle(value, faults);
}

/** A `lab.yaml` as far as it could be read; paths to be placed are those of its sound part. */
export interface ReadLab extends ReadDocument<LabDocument> {
  /** What is sound of the file where its shape is wrong, with stand-ins; null when too little of it is. */
  readonly sound: LabDocument | null;
  /** Returns whether what stands at a path of the sound part is as it was written. */
  readonly isWhole: (path: Path) => boolean;
  /** Of what there may be more than the sound part names. */
  readonly more: readonly ("devices" | "places" | "tables")[];
}

/** Reads a `lab.yaml` as far as it can be read, with the faults that show without its devices. */
export function readLab(source: SourceText): ReadLab {
  const read = readDocument(source, LabDocument);
  const part = read.soundPart();
  const sound = read.value ?? part?.value ?? null;
  if (sound === null || part === null) return { ...read, sound, isWhole: () => true, more: [] };
  const hasAll = (key: "devices" | "places" | "tables") =>
    // A key that is not known may be meant as one that is not there.
    part.hasAll([key]) && (part.hasAll([]) || Object.keys(sound[key]).length > 0);
  const lab: ReadLab = {
    ...read,
    sound,
    isWhole: part.isWhole,
    more: (["devices", "places", "tables"] as const).filter((key) => !hasAll(key)),
    atValue: (path, fault, shift) => read.atValue(part.pathOf(path), fault, shift),
    atKey: (path, fault) => read.atKey(part.pathOf(path), fault),
  };
  return { ...lab, faults: [...read.faults, ...faultsOf(sound, lab)] };
}

function faultsOf(lab: LabDocument, { atKey, atValue, isWhole }: ReadLab): Fault[] {
  const faults: Fault[] = [];
  for (const key of ["owner", "contact"] as const) {
    if (lab[key].trim() !== "") continue;
    const hint = key === "owner" ? "write who answers for the lab" : "write whom to ask: an address, a number";
    faults.push(atValue([key], faultOf("lab.nobody", `'${key}' names nobody`, hint)));
  }
  if (Object.keys(lab.devices).length === 0 && isWhole(["devices"])) {
    faults.push(atValue(["devices"], faultOf("lab.noDevices", "a lab has at least one device")));
  }
  const plants = Object.entries(lab.devices).filter(
    ([, { transport }]) => typeof transport === "object" && "plant" in transport,
  );
  if (!isWhole(["mode"])) {
    // Whether plants and a world belong here is not known.
  } else if (lab.mode === "real") {
    for (const [id] of plants) {
      const message = `'${id}' is a plant of a simulated lab, but this lab is real`;
      faults.push(
        atValue(["devices", id, "transport"], faultOf("lab.plantInRealLab", message, "write tcp: host:port")),
      );
    }
    if (lab.world !== undefined) {
      faults.push(atKey(["world"], faultOf("lab.worldInRealLab", "only a simulated lab has a world")));
    }
  } else if (plants.length > 0 && lab.world === undefined && isWhole(["world"])) {
    faults.push(atValue(["mode"], faultOf("lab.worldMissing", "plants act on a world", "add world: with a module")));
  }
  lab.places.forEach((place, i) => {
    if (Object.hasOwn(lab.devices, place)) {
      faults.push(atValue(["places", i], faultOf("lab.nameRepeated", `'${place}' is the name of a device`)));
    } else if (lab.places.indexOf(place) < i) {
      faults.push(atValue(["places", i], faultOf("lab.nameRepeated", `the place '${place}' stands here twice`)));
    }
  });
  return faults;
}
