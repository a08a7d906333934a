import { createMemoryBroker, type MemoryBus } from "@labloop/bus";
import type { Ids, Json, Log } from "@labloop/contracts";
import type { DeviceDefinition } from "../define-device.ts";
import type { DeviceBus } from "../loop/durable-bus.ts";
import { textOf } from "../loop/text-of.ts";
import { openDevice, type RunningDevice } from "../open-device.ts";
import type { DeviceStore } from "../store/device-store.ts";
import { createMemoryMedium, openMemoryStore } from "../store/memory-store.ts";
import { createLifeline } from "../wire/lifeline.ts";
import { createWireCutter } from "./cuttable-wire.ts";
import { createMortality } from "./mortal-store.ts";
import type { Rig } from "./rig.ts";
import type { RigTime } from "./rig-time.ts";
import type { PlantModule } from "./tested-plant.ts";
import { NotRun } from "./verdict.ts";

/** S2: within so long of receipt; in process there is no way to the device that would take longer. */
const stopWithinMs = 100;
const mostComplaints = 20;
const lab = "conformance";
const deviceId = "under-test";

/** A driver that is run in this process, with what stands in for its equipment. */
export interface Subject {
  readonly definition: DeviceDefinition;
  /** As a lab file has it. */
  readonly config: Readonly<Record<string, Json>>;
  /** Null for a driver that goes its own way and needs nothing from here. */
  readonly plant: PlantModule | null;
  /** Put between the kit and its bus and journal; for those who plant faults to see the suite find them. */
  readonly around?: {
    readonly bus?: (bus: MemoryBus) => DeviceBus;
    readonly store?: (store: DeviceStore) => DeviceStore;
  };
}

/** Starts a driver over a fresh plant and an empty journal; nothing of an earlier rig is left. */
export async function openInProcessRig(
  subject: Subject,
  options: {
    readonly time: RigTime;
    readonly idsOf: (scope: string) => Ids;
    readonly seed: number;
    readonly heartbeatMs?: number | undefined;
    readonly heapBytes: () => number;
  },
): Promise<Rig> {
  const { definition, config, around } = subject;
  const { time, idsOf, seed, heartbeatMs = 1_000, heapBytes } = options;
  const { labClock, linkClock } = time;
  const broker = createMemoryBroker({ lab, clock: linkClock });
  const medium = createMemoryMedium();
  const plant = (await subject.plant?.open({ labClock, linkClock, seed, config })) ?? {};
  const cutter = createWireCutter();
  const deviceIds = idsOf("device");
  let device: RunningDevice | null = null;
  let link: MemoryBus | null = null;
  let boots = 0;
  let diedIn = 0;
  const complaints: string[] = [];
  const complain = (fields: object, message: string) => {
    const { reason, error } = fields as { readonly reason?: unknown; readonly error?: unknown };
    const why = reason ?? error;
    const text = why === undefined ? message : `${message}: ${textOf(why)}`;
    // Few, so that a soak does not find them in the heap.
    if (complaints.length < mostComplaints && !complaints.includes(text)) complaints.push(text);
  };
  const log: Log = { debug() {}, info() {}, warn: complain, error: complain };
  const kill = () => {
    diedIn = boots;
    device?.kill();
    device = null;
  };
  const mortality = createMortality(kill);
  const hasWire = definition.link !== "own";

  const openWire = async () => {
    if (!hasWire) return createLifeline();
    if (plant.openWire === undefined)
      throw new NotRun("the driver talks over a wire, and no plant is at its other end");
    return cutter.watch(await plant.openWire());
  };

  const start = async () => {
    const boot = ++boots;
    const isDead = () => diedIn === boot;
    const store = openMemoryStore({ medium, ids: deviceIds });
    const opening = openDevice({
      definition,
      deviceId,
      config,
      mode: "simulated",
      connect(will) {
        link = mortalBus(broker.connect({ clientId: `dev-${deviceId}`, will }), isDead);
        return around?.bus?.(link) ?? link;
      },
      store: mortality.watch(around?.store?.(store) ?? store),
      openWire,
      labClock,
      linkClock,
      ids: deviceIds,
      heartbeatMs,
      log,
    });
    const opened = await opening.catch((error: unknown) => {
      if (isDead()) return null;
      throw error;
    });
    // It may have died while it started.
    if (isDead()) opened?.kill();
    else device = opened;
  };

  await start();
  return {
    setting: `in process, ${time.isVirtual ? "virtual" : "real"} time`,
    lab,
    deviceId,
    bus: broker.connect({ clientId: "eng-main-1" }),
    clock: linkClock,
    ids: idsOf("suite"),
    isVirtual: time.isVirtual,
    stopWithinMs,
    until: (isSo, withinMs) => time.until(isSo, withinMs),
    layOut: (op) => plant.layOut?.(op) ?? null,
    answer: plant.answer === undefined ? null : (ask) => plant.answer?.(ask) ?? null,
    acts: plant.acts === undefined ? null : async () => plant.acts?.() ?? 0,
    wholes: plant.wholes === undefined ? null : async () => plant.wholes?.() ?? 0,
    restart: { kill: async () => kill(), start },
    link: { drop: async () => link?.drop(), rejoin: () => link?.rejoin() },
    inject: async (topic, bytes, retained) => broker.inject(topic, bytes, { retained }),
    wire: hasWire ? { bytes: () => cutter.bytes(), cutAfter: (bytes) => cutter.cutAfter(bytes) } : null,
    brink: {
      unit: "write of its journal",
      count: () => mortality.writes(),
      dieAt: (write, when) => mortality.dieAt(write, when),
    },
    complaints: () => complaints,
    heapBytes,
    async close() {
      kill();
      await plant.close?.();
    },
  };
}

/** A process that has died in the middle of a delivery takes no more of it, and what its remains throw is nobody's fault. */
function mortalBus(bus: MemoryBus, isDead: () => boolean): MemoryBus {
  return {
    get isUp() {
      return bus.isUp;
    },
    publish: (key, name, payload) => bus.publish(key, name, payload),
    subscribe(subscription) {
      return bus.subscribe({
        ...subscription,
        onDelivery(delivery) {
          if (isDead()) return;
          try {
            subscription.onDelivery(delivery);
          } catch (error) {
            if (!isDead()) throw error;
          }
        },
      });
    },
    onUp: (listener) => bus.onUp(listener),
    onDown: (listener) => bus.onDown(listener),
    close: () => bus.close(),
    drop: () => bus.drop(),
    rejoin: () => bus.rejoin(),
  };
}
