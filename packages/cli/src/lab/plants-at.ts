import { type Clock, LabError } from "@labloop/contracts";
import { connectTcp } from "@labloop/driver";
import { requireLabAddress } from "./lab-address.ts";
import { parseHostAndPort } from "./open-wires.ts";
import type { Plants } from "./open-world.ts";

/** Where a simulated lab's instruments are: in a file that its world keeps, or at a fixed `host:port`. */
export type PlantAddress = { readonly file: string } | { readonly tcp: string };

/** Returns the one instrument at a fixed address, or those that the world's file names. */
export function plantsAt(address: PlantAddress, lab: string, linkClock: Clock): Plants {
  if ("file" in address) return plantsElsewhere(address.file, lab, linkClock);
  return { openWire: () => connectTcp({ ...parseHostAndPort(address.tcp), linkClock }) };
}

/**
 * Returns the instruments of a world that runs in another process. Its address is read again for every wire: a world that
 * was started again listens on other ports.
 */
function plantsElsewhere(addressFile: string, lab: string, linkClock: Clock): Plants {
  return {
    async openWire(deviceId) {
      const wire = requireLabAddress(addressFile, lab).wires[deviceId];
      if (wire === undefined) {
        throw new LabError("lab.noPlant", `the world at ${addressFile} has no instrument for ${deviceId}`);
      }
      return connectTcp({ ...parseHostAndPort(wire), linkClock });
    },
  };
}
