import type { Delivery } from "@labloop/bus";
import type { Execute, TopicKey } from "@labloop/contracts";
import type { Passing } from "./network.ts";
import type { Scene } from "./scene.ts";
import { wireFaults } from "./wire-faults.ts";

interface Stop {
  readonly stopId: number;
  readonly active: boolean;
}

/** A birth of a device, as it announced itself. */
interface Birth {
  readonly bootId: string;
  readonly bdSeq: number;
}

/** Somebody who hears every message on the wire, and knows what each device can have known by then. */
export interface Witness {
  /** Every order that was ever sent, for those who repeat them. */
  readonly captured: readonly Execute[];
  readonly onSent: (passing: Passing) => void;
  readonly onDelivered: (clientId: string, delivery: Delivery<TopicKey>) => void;
  /** How a device has announced itself, in this order. */
  birthsOf(device: string): readonly Birth[];
  /** A device starts: it has answered no reconcile yet. */
  readonly onBoot: (device: string) => void;
  /** A new journal knows no fence and no stop. */
  onJournalLost(device: string): void;
  /** What speaks against carrying out a command at this moment. */
  wrongsOf(device: string, commandId: string | null): string[];
}

export function createWitness(scene: Scene): Witness {
  const { clock, story, media, everCommitted } = scene;
  const captured: Execute[] = [];
  const states: Passing[] = [];
  const delivered = new Map<string, Set<number>>();
  const receivedAt = new Map<string, number>();
  const saidFence = new Map<string, number>();
  const saidStop = new Map<string, number>();
  const stops = new Map<string, Stop>();
  /** Devices that have answered a reconcile since they booted, and orders that came to one which had not. */
  const isReconciled = new Set<string>();
  const premature = new Set<string>();

  function hearStop(device: string, { stopId, active }: Stop): void {
    const known = stops.get(device) ?? { stopId: 0, active: false };
    if (stopId > known.stopId || (stopId === known.stopId && active)) stops.set(device, { stopId, active });
  }

  function hearOrder(device: string, { commandId, epoch }: Execute): void {
    const epochs = delivered.get(commandId) ?? new Set();
    delivered.set(commandId, epochs.add(epoch));
    if (isReconciled.has(device)) premature.delete(commandId);
    else if (epochs.size === 1 && !receivedAt.has(commandId)) premature.add(commandId);
    receivedAt.set(commandId, clock.now());
  }

  return {
    captured,
    onSent(passing) {
      const { from, key, name } = passing;
      const text = JSON.stringify(passing.payload);
      story.keep(`${clock.now()} ${from} ${key} ${text}`);
      story.tell(() => `${from} -> ${key} ${name} ${text}`);
      const payload = passing.payload as { kind: string; fence?: number; device?: string };
      if (payload.kind === "execute") captured.push(payload as unknown as Execute);
      if (payload.kind === "state") states.push(passing);
      if (payload.kind === "snapshot") isReconciled.add(name);
      story.findings.push(...wireFaults(passing, { everCommitted, media, saidFence, saidStop }));
      if (key === "report" && payload.fence !== undefined) {
        saidFence.set(name, Math.max(saidFence.get(name) ?? 0, payload.fence));
      }
    },
    onDelivered(clientId, { key, payload, retained }) {
      if (!clientId.startsWith("dev-")) return;
      const device = clientId.slice(4);
      if (key === "command" && !retained) hearOrder(device, payload as unknown as Execute);
      if (key === "estop") hearStop(device, payload as unknown as Stop);
      const { estop } = payload as unknown as { estop?: Stop };
      if (key === "control" && estop?.active === true) hearStop(device, estop);
    },
    birthsOf: (device) => states.filter(({ name }) => name === device).map(({ payload }) => payload as Birth),
    onBoot: (device) => void isReconciled.delete(device),
    onJournalLost(device) {
      saidFence.delete(device);
      saidStop.delete(device);
      stops.delete(device);
    },
    wrongsOf(device, commandId) {
      const wrong: string[] = [];
      if (stops.get(device)?.active === true) wrong.push("I6: it moved between an E-STOP and its end");
      if (commandId === null) return wrong;
      if (premature.has(commandId)) wrong.push("D11: it was ordered before the first reconcile");
      const ttlMs = captured.findLast((order) => order.commandId === commandId)?.ttlMs ?? 30_000;
      const ageMs = clock.now() - (receivedAt.get(commandId) ?? clock.now());
      if (ageMs > ttlMs + 2_000) wrong.push(`D4: it began ${ageMs} ms after its order, which was good for ${ttlMs} ms`);
      const fence = saidFence.get(device) ?? 0;
      if (Math.max(0, ...(delivered.get(commandId) ?? [])) < fence) {
        wrong.push(`I6: it moved below the fence ${fence}`);
      }
      if (!everCommitted.some((event) => event.type === "step.intended" && event.commandId === commandId)) {
        wrong.push("I3: no durable intent stood before it");
      }
      return wrong;
    },
  };
}
