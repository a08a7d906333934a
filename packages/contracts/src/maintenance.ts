import * as z from "zod";
import { Name } from "./ids.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const stretch = {
  acts: z.number().int().min(1).optional(),
  hours: z.number().positive().optional(),
  days: z.number().positive().optional(),
};

/**
 * What a device needs now and then, and how it is watched over. It is due after so many acts, or so much lab time, since it was
 * done last, whichever comes first; people are told so much before. Once it is due nothing new is started on the device, or it is
 * used with a warning.
 */
export const MaintenanceWatch = z.strictObject({
  /** What is to be done, such as `change-seal`; the device has no other of this name. */
  name: Name,
  after: z
    .strictObject({
      ...stretch,
      /** The operations whose acts count; all of the device's by default. */
      of: z.array(z.string()).min(1).optional(),
    })
    .refine(({ acts, hours, days }) => (acts ?? hours ?? days) !== undefined, "give acts, hours or days")
    .refine(({ acts, of }) => of === undefined || acts !== undefined, "'of' says which acts count: give acts with it"),
  /** How long before people are told; a tenth of each by default. */
  notice: z.strictObject(stretch).default({}),
  /** The day it was done last, before this journal knew of it: counted from its beginning, in UTC. */
  last: z.iso.date().optional(),
  whenDue: z.enum(["hold", "warn"]).default("hold"),
  /** The operation of the device that does it, run by the engine once it is due; without one a person does it. */
  renew: z
    .strictObject({
      operation: z.string(),
      with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
    })
    .optional(),
});
export type MaintenanceWatch = z.infer<typeof MaintenanceWatch>;

/** How far a device is in a maintenance: the acts, and the lab time in ms since 1970, that it is counted from. */
export interface MaintenanceCount {
  readonly acts: number;
  readonly since: number;
}

/** Returns when a maintenance is due by time alone, in ms since 1970; null where only acts count. */
export function maintenanceDueAt({ after }: Pick<MaintenanceWatch, "after">, since: number): number | null {
  const lasts = lastsMs(after);
  return lasts === null ? null : since + lasts;
}

/** Returns from when on people are told by time alone that a maintenance comes, in ms since 1970; null where only acts count. */
export function maintenanceNearAt({ after, notice }: MaintenanceWatch, since: number): number | null {
  const lasts = lastsMs(after);
  return lasts === null ? null : since + lasts - (lastsMs(notice) ?? lasts / 10);
}

/** Returns how a maintenance stands at an instant of lab time. */
export function maintenanceStanding(
  watch: MaintenanceWatch,
  { acts, since }: MaintenanceCount,
  labAt: number,
): "kept" | "near" | "due" {
  const { after, notice } = watch;
  const limit = after.acts ?? Number.POSITIVE_INFINITY;
  if (acts >= limit || labAt >= (maintenanceDueAt(watch, since) ?? Number.POSITIVE_INFINITY)) return "due";
  const isNear = acts >= limit - (notice.acts ?? limit / 10);
  return isNear || labAt >= (maintenanceNearAt(watch, since) ?? Number.POSITIVE_INFINITY) ? "near" : "kept";
}

/** Returns whether a maintenance counts the acts of an operation. */
export function maintenanceCounts({ after }: Pick<MaintenanceWatch, "after">, op: string): boolean {
  return after.of === undefined || after.of.includes(op);
}

/** Returns a count in words, as `4512 of 5000 acts since 2026-01-02, due by 2026-03-01`. */
export function maintenanceText(watch: Pick<MaintenanceWatch, "after">, { acts, since }: MaintenanceCount): string {
  const counted = watch.after.acts === undefined ? "done" : `${acts} of ${watch.after.acts} acts`;
  const by = maintenanceDueAt(watch, since);
  // A stretch of hours ends within a day.
  const end = by === null ? "" : watch.after.hours === undefined ? dateOf(by) : `${dateOf(by)} ${timeOf(by)} UTC`;
  return `${counted} since ${dateOf(since)}${by === null ? "" : `, due by ${end}`}`;
}

function lastsMs({ hours, days }: { hours?: number | undefined; days?: number | undefined }): number | null {
  if (hours === undefined && days === undefined) return null;
  return Math.min((hours ?? Number.POSITIVE_INFINITY) * hourMs, (days ?? Number.POSITIVE_INFINITY) * dayMs);
}

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}
