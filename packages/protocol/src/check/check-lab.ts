import { type Fault, LabDocument, type Outcome } from "@labloop/contracts";
import { type ReadDocument, readDocument } from "../documents/read-document.ts";
import type { SourceText } from "../documents/source-text.ts";
import { faultOf } from "../outcome.ts";
import { settle } from "./report.ts";

/** Returns the lab that a `lab.yaml` describes, or every fault of the file. */
export function checkLab(source: SourceText): Outcome<LabDocument> {
  const { value, faults } = readLab(source);
  return settle(value, faults);
}

/** Reads a `lab.yaml` as far as it can be read, with the faults that show without its devices. */
export function readLab(source: SourceText): ReadDocument<LabDocument> {
  const read = readDocument(source, LabDocument);
  const lab = read.value;
  return lab === null ? read : { ...read, faults: [...read.faults, ...faultsOf(lab, read)] };
}

function faultsOf(lab: LabDocument, { atKey, atValue }: ReadDocument<LabDocument>): Fault[] {
  const faults: Fault[] = [];
  for (const key of ["owner", "contact"] as const) {
    if (lab[key].trim() !== "") continue;
    const hint = key === "owner" ? "write who answers for the lab" : "write whom to ask: an address, a number";
    faults.push(atValue([key], faultOf("lab.nobody", `'${key}' names nobody`, hint)));
  }
  if (Object.keys(lab.devices).length === 0) {
    faults.push(atValue(["devices"], faultOf("lab.noDevices", "a lab has at least one device")));
  }
  const plants = Object.entries(lab.devices).filter(
    ([, { transport }]) => typeof transport === "object" && "plant" in transport,
  );
  if (lab.mode === "real") {
    for (const [id] of plants) {
      const message = `'${id}' is a plant of a simulated lab, but this lab is real`;
      faults.push(
        atValue(["devices", id, "transport"], faultOf("lab.plantInRealLab", message, "write tcp: host:port")),
      );
    }
    if (lab.world !== undefined) {
      faults.push(atKey(["world"], faultOf("lab.worldInRealLab", "only a simulated lab has a world")));
    }
  } else if (plants.length > 0 && lab.world === undefined) {
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
