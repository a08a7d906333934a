import type { Fault, MaintenanceWatch } from "@labloop/contracts";
import type { SourceText } from "../documents/source-text.ts";
import { faultOf } from "../outcome.ts";
import { readLab } from "./check-lab.ts";

/**
 * Returns the notices of maintenance in a lab file that cannot be meant, each at its place: one as long as what it is of stands
 * all the time, and one of what nothing ends never comes. Neither does harm, so no campaign is kept from going on for it.
 * Nothing is said of a lab with faults.
 */
export function oddNotices(source: SourceText): Fault[] {
  const read = readLab(source);
  return Object.entries(read.value?.devices ?? {}).flatMap(([device, { maintenance = [] }]) =>
    maintenance.flatMap((watch, index) =>
      oddIn(watch).map((fault) => read.atValue(["devices", device, "maintenance", index, "notice"], fault)),
    ),
  );
}

function oddIn({ name, after, notice }: MaintenanceWatch): Fault[] {
  const time = ({ hours, days }: MaintenanceWatch["notice"]) =>
    hours === undefined && days === undefined
      ? undefined
      : Math.min(hours ?? Number.POSITIVE_INFINITY, 24 * (days ?? Number.POSITIVE_INFINITY));
  return [
    { told: notice.acts, due: after.acts, what: "acts" },
    { told: time(notice), due: time(after), what: "hours" },
  ].flatMap(({ told, due, what }) => {
    if (told === undefined) return [];
    if (due === undefined) {
      const message = `${name} gives notice in ${what}, and is not due after any`;
      return faultOf("lab.noticeOfNothing", message, "give notice of what stands in after:");
    }
    if (told < due) return [];
    const [last, before] =
      what === "hours" && due % 24 === 0 ? [`${due / 24} days`, told / 24] : [`${due} ${what}`, told];
    const message = `${name} is due after ${last}, and people are told ${before} before: it would be told all the time`;
    return faultOf("lab.noticeTooLong", message, "make it shorter than what stands in after:");
  });
}
