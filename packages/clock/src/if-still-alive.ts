import { setTimeout } from "node:timers";

/** Calls back after so many ms of real time, if anything else keeps the process alive until then: this does not. */
export function ifStillAlive(afterMs: number, onAlive: () => void): void {
  setTimeout(onAlive, afterMs).unref();
}
