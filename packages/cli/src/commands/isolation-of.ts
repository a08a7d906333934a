import { LabError } from "@labloop/contracts";
import type { Isolation } from "../lab/load-lab.ts";

/** Returns where `--isolation` has drivers run; undefined for what the lab's mode says. */
export function isolationOf(name: string | undefined, clock?: string): Isolation | undefined {
  if (name !== undefined && name !== "process" && name !== "none") {
    throw new LabError("usage.badIsolation", `--isolation ${name} is none of process, none`);
  }
  if (clock === "virtual" && name === "process") throw virtualApart();
  return clock === "virtual" ? "none" : name;
}

/** Returns what is wrong with drivers in processes of their own and a virtual clock. */
export function virtualApart(): LabError {
  const message = "in virtual time drivers run in the engine's process: nothing else can order what they do";
  return new LabError("usage.badIsolation", message, { hint: "leave --isolation out, or take another --clock" });
}
