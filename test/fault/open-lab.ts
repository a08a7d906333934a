import { createVirtualClock, randomStream } from "@labloop/clock";
import type { LabEvent } from "@labloop/contracts";
import { createMemoryMedium } from "@labloop/driver";
import type { Recipe } from "@labloop/engine";
import { createDeviceDisks } from "./device-disk.ts";
import { createDeviceProcesses, type DeviceProcesses } from "./device-processes.ts";
import { createEngineProcesses, type EngineProcesses } from "./engine-process.ts";
import { createFates } from "./fates.ts";
import { deviceIds } from "./lab.ts";
import type { Mix } from "./mix.ts";
import { createNetwork, type Network } from "./network.ts";
import { performAct } from "./perform-act.ts";
import { type PlannedFault, planFaults } from "./plan-faults.ts";
import { type Scene, startAt } from "./scene.ts";
import { createStaff, type Staff } from "./staff.ts";
import { createStory } from "./story.ts";
import { strike } from "./strike.ts";
import { createTrouble, type Trouble } from "./trouble.ts";
import { createWitness, type Witness } from "./witness.ts";
import { createWorld } from "./world.ts";

/** A lab with everything that can go wrong in it, before its first moment. */
export interface FaultyLab {
  readonly scene: Scene;
  readonly trouble: Trouble;
  readonly network: Network;
  readonly devices: DeviceProcesses;
  readonly engines: EngineProcesses;
  readonly staff: Staff;
  readonly witness: Witness;
  /** Devices whose journal was lost. */
  readonly hasLostJournal: ReadonlySet<string>;
  /** Crashes that hit while an instrument was moving. */
  hitMidAct(): number;
  /** Nothing goes wrong any more, and what was broken is mended. */
  readonly calm: () => void;
}

export function openLab(options: {
  readonly seed: number;
  readonly mix: Mix;
  readonly recipe: Recipe;
  readonly faults: readonly PlannedFault[] | undefined;
  readonly onTrace: ((line: string) => void) | undefined;
}): FaultyLab {
  const { seed, mix } = options;
  const clock = createVirtualClock(startAt);
  const draw = randomStream(seed, "fault");
  const world = createWorld(deviceIds);
  const staleWillAt = new Map<string, number>();
  const hasLostJournal = new Set<string>();
  let hitMidAct = 0;

  const trouble = createTrouble(options.faults ?? planFaults(seed, mix, draw), (fault, clientId) => {
    const isBusy = [...world.plants.values()].some(({ busyUntil }) => busyUntil > clock.now());
    if (isBusy && fault.kind.endsWith("Crash")) hitMidAct++;
    const onStaleWill = (device: string) => void staleWillAt.set(device, clock.now());
    strike(scene, { devices, disks, engines, network, staff, fates, witness, onStaleWill }, fault, clientId);
  });
  const scene: Scene = {
    seed,
    mix,
    recipe: options.recipe,
    clock,
    draw,
    world,
    story: createStory(clock, options.onTrace),
    media: new Map(deviceIds.map((id) => [id, createMemoryMedium()])),
    everCommitted: [],
    pass: trouble.pass,
    isCalm: trouble.isCalm,
    soon: (ms, work) => void clock.at(clock.now() + ms, work),
  };
  const { story } = scene;

  const witness = createWitness(scene);
  const fates = createFates({ scene, network: () => network, planned: trouble.passMessage });
  const network = createNetwork({
    clock,
    point: trouble.pass,
    delayMs: () => 1 + Math.floor(draw() * mix.longestDelayMs),
    fate: fates.of,
    onSent: witness.onSent,
    onDelivered: witness.onDelivered,
  });
  const disks = createDeviceDisks(scene);
  const staff = createStaff(scene, (device) => devices.running(device));
  const devices = createDeviceProcesses({
    scene,
    network,
    disks,
    actuate: (device, op, params, durationMs) =>
      performAct(scene, { witness, staff }, { device, op, params, durationMs }),
    onBoot: witness.onBoot,
    onJournalLost(device) {
      hasLostJournal.add(device);
      witness.onJournalLost(device);
      staff.onJournalLost(device);
    },
  });
  const engines = createEngineProcesses({ scene, network, onCommitted });

  function onCommitted(events: readonly LabEvent[]): void {
    scene.everCommitted.push(...events);
    for (const event of events) {
      story.keep(JSON.stringify(event));
      story.tell(() => `journal ${JSON.stringify(event)}`);
      if (event.type !== "device.lost" || event.reason !== "will") continue;
      const { device } = event;
      if (staleWillAt.get(device) === clock.now() && devices.link(device)?.isUp === true) {
        story.findings.push(`D1: the death of an earlier connection of ${device} was believed`);
      }
    }
  }

  return {
    scene,
    trouble,
    network,
    devices,
    engines,
    staff,
    witness,
    hasLostJournal,
    hitMidAct: () => hitMidAct,
    calm() {
      trouble.calm();
      disks.mendAll();
      engines.mendDisk();
    },
  };
}
