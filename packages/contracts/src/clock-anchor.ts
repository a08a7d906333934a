import * as z from "zod";

/** How the lab clock of a campaign runs: `labAt` stood when the wall clock stood at `wallAt`, both in ms since 1970. */
export const ClockAnchor = z.strictObject({
  kind: z.enum(["real", "scaled", "virtual"]),
  scale: z.number().positive(),
  labAt: z.number(),
  wallAt: z.number(),
});
export type ClockAnchor = z.infer<typeof ClockAnchor>;

/** Whether two processes that keep these clocks have the same time. */
export function isSameClock(a: ClockAnchor, b: ClockAnchor): boolean {
  return a.kind === b.kind && a.scale === b.scale && a.labAt === b.labAt && a.wallAt === b.wallAt;
}
