import type { RunningDevice } from "@labloop/driver";
import type { Scene } from "./scene.ts";

/** The people who take instruments, and give them back (D19). */
export interface Staff {
  take(device: string, forMs: number): void;
  giveBack(device: string): void;
  /** Whether they believe that they have it. */
  has(device: string): boolean;
  /** A new journal knows no holder. */
  onJournalLost(device: string): void;
}

/** How long they wait before they try once more to give an instrument back, ms. */
const againMs = 2_000;

export function createStaff({ soon }: Scene, running: (device: string) => RunningDevice | null): Staff {
  const held = new Set<string>();

  function giveBack(device: string): void {
    const driver = running(device);
    if (driver === null) return soon(againMs, () => giveBack(device));
    held.delete(device);
    if (driver.local() === null) return;
    void driver.returnLocal().then((given) => {
      if (given.ok) return;
      held.add(device);
      soon(againMs, () => giveBack(device));
    });
  }

  return {
    take(device, forMs) {
      const driver = running(device);
      if (driver === null) return;
      void driver.takeLocal("Bob").then((taken) => {
        if (taken.ok) held.add(device);
      });
      soon(forMs, () => giveBack(device));
    },
    giveBack,
    has: (device) => held.has(device),
    onJournalLost: (device) => void held.delete(device),
  };
}
