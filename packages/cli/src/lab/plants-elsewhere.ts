import { type Clock, LabError } from "@labloop/contracts";
import { connectTcp } from "@labloop/driver";
import { requireLabAddress } from "./lab-address.ts";
import { parseHostAndPort } from "./open-devices.ts";
import type { Plants } from "./open-world.ts";

/**
 * Returns the instruments of a world that runs in another process. Its address is read again for every wire: a world that
 * was started again listens on other ports.
 */
export function plantsElsewhere(addressFile: string, lab: string, linkClock: Clock): Plants {
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
