import type { Heartbeat, LabDocument } from "@labloop/contracts";
import { fine, type Finding, warning } from "./finding.ts";

/** Beyond it the contract wants people to know (section 10). */
const mostMs = 2_000;

/** Returns how far the clocks of a lab's devices are from the engine's, as their heartbeats say. */
export function checkClocks(
  heard: ReadonlyMap<string, Heartbeat>,
  { devices }: Pick<LabDocument, "devices">,
): Finding[] {
  return Object.keys(devices).map((id) => {
    const about = `device ${id}`;
    const heartbeat = heard.get(id);
    if (heartbeat === undefined) {
      const mend = "start `labloop host` or the driver's own process with this broker, or leave it if a campaign will";
      return warning(about, "device.silent", "no heartbeat on the broker", mend);
    }
    const { clockOffsetMs: offset } = heartbeat;
    if (offset === undefined) {
      return warning(about, "clock.unknown", "alive; its clock cannot be judged while no engine runs");
    }
    const ahead = `${Math.abs(Math.round(offset))} ms ${offset < 0 ? "behind" : "ahead of"} the engine's`;
    if (Math.abs(offset) <= mostMs) return fine(about, "clock.close", `alive; its clock is ${ahead} at most`);
    const mend = "let both machines take their time from one server (chrony, w32time); late commands are refused by it";
    return warning(about, "clock.skew", `alive; its clock is ${ahead} at most`, mend);
  });
}
