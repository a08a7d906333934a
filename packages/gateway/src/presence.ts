import type { Bus } from "@labloop/bus";
import type { Cancel, Clock, Health } from "@labloop/contracts";

/** What devices say and nobody records: true only now. */
export interface Presence {
  /** Ms of real time since each device's last heartbeat. */
  heartbeatAges(): Record<string, number>;
  /** What drivers know of their instruments, as their last heartbeats said, by device. */
  health(): Record<string, Health>;
  /** How far each of these commands has got, 0 to 1, as far as its device has said. */
  progressOf(commandIds: ReadonlySet<string>): Record<string, number>;
  close(): void;
}

/** Returns a listener to heartbeats and progress; it holds the last of each per device, whatever they send. */
export function openPresence({ bus, linkClock }: { bus: Bus; linkClock: Clock }): Presence {
  const heardAt = new Map<string, number>();
  const health = new Map<string, Health>();
  const progress = new Map<string, { readonly commandId: string; readonly fraction: number }>();
  const cancels: Cancel[] = [
    bus.subscribe({
      key: "heartbeat",
      name: "+",
      onDelivery({ name, payload }) {
        heardAt.set(name, linkClock.now());
        if (payload.health === undefined) health.delete(name);
        else health.set(name, payload.health);
      },
    }),
    bus.subscribe({
      key: "report",
      name: "+",
      onDelivery({ name, payload }) {
        if (payload.kind !== "progress") return;
        progress.set(name, { commandId: payload.commandId, fraction: payload.fraction });
      },
    }),
  ];
  return {
    heartbeatAges() {
      const now = linkClock.now();
      return Object.fromEntries([...heardAt].map(([device, at]) => [device, now - at]));
    },
    health: () => Object.fromEntries(health),
    progressOf: (commandIds) =>
      Object.fromEntries(
        [...progress.values()]
          .filter(({ commandId }) => commandIds.has(commandId))
          .map(({ commandId, fraction }) => [commandId, fraction]),
      ),
    close() {
      for (const cancel of cancels) cancel();
    },
  };
}
