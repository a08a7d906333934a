import type { Bus } from "@labloop/bus";
import type { Clock, Heartbeat, LabDocument } from "@labloop/contracts";

/** Three heartbeats at their usual rate, and time to connect. */
const listenMs = 4_000;

/** Returns the last heartbeat of each device that was heard, by device, once all tell their clock or after 4 s. */
export async function hearHeartbeats(
  bus: Bus,
  { devices }: Pick<LabDocument, "devices">,
  linkClock: Clock,
): Promise<ReadonlyMap<string, Heartbeat>> {
  const heard = new Map<string, Heartbeat>();
  const stop = bus.subscribe({
    key: "heartbeat",
    name: "+",
    onDelivery: ({ name, payload }) => void heard.set(name, payload),
  });
  const isAllHeard = () => Object.keys(devices).every((id) => heard.get(id)?.clockOffsetMs !== undefined);
  await new Promise<void>((resolve) => {
    const end = linkClock.now() + listenMs;
    const look = () => {
      if (isAllHeard() || linkClock.now() >= end) resolve();
      else linkClock.at(linkClock.now() + 100, look);
    };
    look();
  });
  stop();
  return heard;
}
