import { type Group, groups } from "./check.ts";
import type { CheckResult } from "./check-result.ts";

export type Level = "none" | "bronze" | "silver" | "gold";

/** What each level asks for besides those below it. */
const asked: readonly (readonly [level: Exclude<Level, "none">, groups: readonly Group[]])[] = [
  ["bronze", ["C1", "C2", "C3"]],
  ["silver", ["C4", "C5", "C6"]],
  ["gold", ["C7", "C8", "C9", "C10"]],
];

export interface Standing {
  readonly level: Level;
  /** What keeps it from the next level, by group and in words; null at gold. */
  readonly next: { readonly level: Level; readonly needs: readonly Group[] } | null;
}

/**
 * Returns the level that these results give. A group counts when none of its checks failed, none was left out, and at least
 * one was carried out: what did not run earns nothing, and what a driver does not announce costs nothing.
 */
export function standingOf(results: readonly CheckResult[]): Standing {
  const isEarned = (group: Group) => {
    const own = results.filter((result) => result.group === group);
    const isClean = own.every(({ verdict }) => verdict === "passed" || verdict === "not-applicable");
    return isClean && own.some(({ verdict }) => verdict === "passed");
  };
  let level: Level = "none";
  for (const [next, needed] of asked) {
    const needs = needed.filter((group) => !isEarned(group));
    if (needs.length > 0) return { level, next: { level: next, needs } };
    level = next;
  }
  return { level, next: null };
}

export const groupIds = Object.keys(groups) as Group[];
