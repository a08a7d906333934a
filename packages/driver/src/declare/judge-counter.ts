import type { Finding } from "../define-device.ts";

/** When the counter of a declared instrument goes up: as an act begins, or once it has come to its end, which a stopped one does not. */
export type Rises = "begin" | "end";

/** What a declaration is told that does not say when its counter goes up. */
export const counterUnclear = {
  message: "a counter proves that an act did not happen only where it goes up as the act begins",
  hint: "add rises: begin, or rises: end where it counts finished acts; see the manual, or try it",
} as const;

/**
 * Returns what a counter proves of one act, or "happened". `isAtIt` has to be asked before the counter is read: one that counts at the end
 * does so between two questions. Where nobody has said when it rises, it is taken to count finished acts, of which less follows.
 */
export function judgeCounter(
  rises: Rises | undefined,
  { before, now, isAtIt }: { readonly before: number; readonly now: number; readonly isAtIt: boolean },
): Exclude<Finding, { outcome: "happened" }> | "happened" {
  const evidence = { before, now };
  const running = { outcome: "running", decisive: true, evidence } as const;
  if (rises === "begin") {
    if (now === before) return { outcome: "not-happened", decisive: true, isUnbegun: true, evidence };
    if (now !== before + 1) return { outcome: "unknown", decisive: false, evidence };
    return isAtIt ? running : "happened";
  }
  if (isAtIt && now === before) return running;
  if (!isAtIt && now === before + 1) return "happened";
  const why = now === before ? "it may have begun and been stopped, which is not counted" : "others have acted as well";
  return { outcome: "unknown", decisive: false, evidence: { ...evidence, why } };
}
