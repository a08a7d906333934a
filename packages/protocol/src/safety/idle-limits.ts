import type { Fault, LabDescription } from "@labloop/contracts";
import { readLab } from "../check/check-lab.ts";
import type { SourceText } from "../documents/source-text.ts";
import { faultOf } from "../outcome.ts";
import { own } from "../own.ts";
import { compileSafety } from "./check-safety.ts";
import { numberIn } from "./judge-act.ts";

/**
 * Returns the limits of a lab's envelope that hold nothing back, each at its place: all the devices that they are for keep to
 * narrower ones of their own. That does no harm, and may be meant for the next device, or be a slip in a unit. Nothing is said
 * of a lab with faults.
 */
export function idleLimits(source: SourceText, description: LabDescription): Fault[] {
  const read = readLab(source);
  if (read.value === null) return [];
  const { safety, faults } = compileSafety(read.value, read, description);
  if (faults.length > 0) return [];
  return safety.envelope.flatMap(({ devices, operation, limits }, index) =>
    Object.entries(limits).flatMap(([param, limit]) => {
      const specs = devices.map((id) =>
        own(own(description.devices[id]?.operations ?? {}, operation)?.params ?? {}, param),
      );
      return (["min", "max"] as const).flatMap((side) => {
        const written = limit[side];
        if (written === null) return [];
        const isIdle = specs.every((spec) => {
          if (spec?.type !== "quantity" && spec?.type !== "integer") return false;
          const bound = numberIn(written, spec.type === "quantity" ? spec.unit : "1");
          const most = side === "max" ? spec.maximum : spec.minimum;
          if (bound === null || most === undefined) return false;
          return side === "max" ? bound > most : bound < most;
        });
        if (!isIdle) return [];
        const message = `${operation}: ${devices.join(", ")} ${devices.length === 1 ? "keeps" : "keep"} to a narrower ${side} of ${param} already: this limit holds nothing back`;
        const path = ["safety", "envelope", index, "limits", param, side];
        return [read.atValue(path, faultOf("envelope.idle", message, "look whether its unit is meant"))];
      });
    }),
  );
}
