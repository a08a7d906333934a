import { LabError } from "@labloop/contracts";

/** Returns what to throw when parts of a lab run apart and nobody says where they meet. */
export function noBroker(command: string): LabError {
  const hint = "name it with --broker or LABLOOP_BROKER_URL; `labloop broker` starts one";
  return new LabError("usage.noBroker", `labloop ${command} needs the broker where engine and drivers meet`, { hint });
}
