import type { Health, Heartbeat } from "@labloop/contracts";
import { deviceFoldersIn } from "./device-folders.ts";
import { notedStandings } from "./driver-notes.ts";

/** What drivers know of their instruments, by device. */
export type Conditions = Readonly<Record<string, Health>>;

/** Returns what the drivers that run now, in processes of their own, have said to hosts that use a data folder. */
export function notedConditions(data: string): Conditions {
  const standings = deviceFoldersIn(data).flatMap((folder) => Object.entries(notedStandings(folder)));
  return Object.fromEntries(
    standings.flatMap(([device, { health }]) => (health === undefined ? [] : [[device, health]])),
  );
}

/** Returns what heartbeats say of instruments. */
export function conditionsOf(heard: ReadonlyMap<string, Heartbeat>): Conditions {
  return Object.fromEntries(
    [...heard].flatMap(([device, { health }]) => (health === undefined ? [] : [[device, health]])),
  );
}

/** Returns a condition as a person reads it: `needs attention since 2026-01-05 08:30 UTC: the paper is low`. */
export function conditionText({ state, message, since }: Health): string {
  const words = { ok: "in order", attention: "needs attention", unknown: "condition unknown" }[state];
  const text = message === undefined ? "" : `: ${message}`;
  return `${words} since ${since.slice(0, 16).replace("T", " ")} UTC${text}`;
}
