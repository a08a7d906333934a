import type { Bus } from "@labloop/bus";
import type { Clock, LabDocument } from "@labloop/contracts";
import { fine, type Finding, warning } from "./finding.ts";

/** Beyond it the contract wants people to know (section 10). */
const mostMs = 2_000;
/** Three heartbeats at their usual rate, and time to connect. */
const listenMs = 4_000;

/** Returns how far the clocks of devices are from the engine's, as their heartbeats say within 4 s of listening. */
export async function checkClocks(bus: Bus, { devices }: LabDocument, linkClock: Clock): Promise<Finding[]> {
  const heard = new Map<string, number | null>();
  const stop = bus.subscribe({
    key: "heartbeat",
    name: "+",
    onDelivery: ({ name, payload }) => void heard.set(name, payload.clockOffsetMs ?? null),
  });
  const isAllHeard = () => Object.keys(devices).every((id) => typeof heard.get(id) === "number");
  await new Promise<void>((resolve) => {
    const end = linkClock.now() + listenMs;
    const look = () => {
      if (isAllHeard() || linkClock.now() >= end) resolve();
      else linkClock.at(linkClock.now() + 100, look);
    };
    look();
  });
  stop();
  return Object.keys(devices).map((id) => {
    const about = `device ${id}`;
    const offset = heard.get(id);
    if (offset === undefined) {
      const mend = "start `labloop host` or the driver's own process with this broker, or leave it if a campaign will";
      return warning(about, "device.silent", "no heartbeat on the broker", mend);
    }
    if (offset === null) {
      return warning(about, "clock.unknown", "alive; its clock cannot be judged while no engine runs");
    }
    const ahead = `${Math.abs(Math.round(offset))} ms ${offset < 0 ? "behind" : "ahead of"} the engine's`;
    if (Math.abs(offset) <= mostMs) return fine(about, "clock.close", `alive; its clock is ${ahead} at most`);
    const mend = "let both machines take their time from one server (chrony, w32time); late commands are refused by it";
    return warning(about, "clock.skew", `alive; its clock is ${ahead} at most`, mend);
  });
}
