import type { DeviceStore } from "@labloop/driver";
import type { Scene } from "./scene.ts";

/** The disks of the devices, which may refuse to write. */
export interface DeviceDisks {
  breakFor(device: string, ms: number): void;
  /** Breaks when the next act is about to begin, and then tells. */
  breakAtStart(device: string, ms: number, onBroken: () => void): void;
  mendAll(): void;
  /** A journal on such a disk, in the hands of a process that may die at any write. */
  guard(store: DeviceStore, process: DiskUser): DeviceStore;
}

interface DiskUser {
  readonly device: string;
  /** Passes a point; throws when the process has died there. */
  readonly point: () => void;
  readonly assertAlive: () => void;
}

export function createDeviceDisks({ soon, isCalm }: Scene): DeviceDisks {
  const broken = new Set<string>();
  const atStart = new Map<string, () => void>();

  function breakFor(device: string, ms: number): void {
    broken.add(device);
    soon(ms, () => broken.delete(device));
  }

  return {
    breakFor,
    breakAtStart(device, ms, onBroken) {
      atStart.set(device, () => {
        breakFor(device, ms);
        onBroken();
      });
    },
    mendAll: () => broken.clear(),
    guard(store, { device, point, assertAlive }) {
      const write: DeviceStore["write"] = (change) => {
        assertAlive();
        point();
        if (change.record?.state === "started" && !isCalm()) {
          atStart.get(device)?.();
          atStart.delete(device);
        }
        if (broken.has(device)) throw new Error("the disk is full");
        store.write(change);
        point();
        return store.head;
      };
      return new Proxy(store, { get: (target, name) => (name === "write" ? write : Reflect.get(target, name)) });
    },
  };
}
