import type { Design, DesignValue, Study } from "@labloop/contracts";
import { readable } from "../readable.ts";

/** Returns a design as a person reads it: the parameters in the study's order, since a trial's own order is whoever wrote it. */
export function designName({ parameters }: Study, design: Design): string {
  return parameters
    .map(({ name }) => {
      const value = design[name] as DesignValue;
      return `${name} ${typeof value === "number" ? readable(value) : value}`;
    })
    .join(", ");
}
