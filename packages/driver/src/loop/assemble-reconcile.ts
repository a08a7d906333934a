import type { OpenCommand, Reconcile } from "@labloop/contracts";

/** More parts than any engine has open commands for; bounds what a hostile one can make the device keep (I10). */
const maxParts = 100;

/** Collects the parts of a `reconcile`. */
export interface ReconcileAssembly {
  /** Takes one part and returns every open command once the last one is there; before that, that it waits. */
  take(part: Reconcile): OpenCommand[] | "waiting" | "malformed";
}

/** Returns an assembly that works on one request at a time: a newer `rid` or epoch drops what came of the one before. */
export function createReconcileAssembly(): ReconcileAssembly {
  let key = "";
  let parts = new Map<number, OpenCommand[]>();
  return {
    take(message) {
      if (message.part >= message.parts || message.parts > maxParts) return "malformed";
      const itsKey = `${message.epoch} ${message.parts} ${message.rid}`;
      if (itsKey !== key) {
        key = itsKey;
        parts = new Map();
      }
      parts.set(message.part, message.open);
      if (parts.size < message.parts) return "waiting";
      const open = [...parts.values()].flat();
      key = "";
      parts = new Map();
      return open;
    },
  };
}
