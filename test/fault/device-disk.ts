import type { DeviceStore } from "@labloop/driver";
import type { Scene } from "./scene.ts";

/** The disks of the devices, which may refuse to write. */
export interface DeviceDisks {
  breakFor(device: string, ms: number): void;
  /** Breaks when the next act is about to begin, and then tells. */
  breakAtStart(device: string, ms: number, onBroken: () => void): void;
  /** What befalls the next write of this device. */
  onNextWrite(device: string, befalls: Mishap): void;
  mendAll(): void;
  /** A journal on such a disk, in the hands of a process that may die at any write. */
  guard(store: DeviceStore, process: DiskUser): DeviceStore;
}

/** Either part may throw. */
interface Mishap {
  /** It waits for a record of this state. */
  readonly state?: "started";
  readonly before?: () => void;
  readonly after?: () => void;
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
  const atWrite = new Map<string, Mishap>();

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
    onNextWrite: (device, befalls) => void atWrite.set(device, befalls),
    mendAll() {
      broken.clear();
      atWrite.clear();
    },
    guard(store, { device, point, assertAlive }) {
      const write: DeviceStore["write"] = (change) => {
        assertAlive();
        point();
        if (change.record?.state === "started" && !isCalm()) {
          atStart.get(device)?.();
          atStart.delete(device);
        }
        if (broken.has(device)) throw new Error("the disk is full");
        const waiting = atWrite.get(device);
        const isHit = waiting?.state === undefined || waiting.state === change.record?.state;
        const befalls = isHit ? waiting : undefined;
        if (isHit) atWrite.delete(device);
        befalls?.before?.();
        assertAlive();
        store.write(change);
        befalls?.after?.();
        assertAlive();
        point();
        return store.head;
      };
      return new Proxy(store, { get: (target, name) => (name === "write" ? write : Reflect.get(target, name)) });
    },
  };
}
