import type { Bus } from "@labloop/bus";
import { LabError } from "@labloop/contracts";
import type { StagingStore } from "../store/staging-store.ts";

/** A bus that can also vanish without goodbye, as a killed process does. */
export type DeviceBus = Bus & { readonly drop?: () => void };

/** Returns the bus of a device that says nothing which rests on what its journal has not taken yet (D2, D5). */
export function durableBus(bus: DeviceBus, store: StagingStore): DeviceBus {
  const { drop } = bus;
  return {
    get isUp() {
      return bus.isUp;
    },
    async publish(key, name, payload) {
      try {
        store.flush();
      } catch (error) {
        throw new LabError("device.journalUnavailable", `a ${key} message may rest on what was not written`, {
          cause: error,
        });
      }
      await bus.publish(key, name, payload);
    },
    subscribe: (subscription) => bus.subscribe(subscription),
    onUp: (listener) => bus.onUp(listener),
    onDown: (listener) => bus.onDown(listener),
    close: () => bus.close(),
    ...(drop === undefined ? {} : { drop: () => drop.call(bus) }),
  };
}
