import type { OperatorCommand } from "@labloop/contracts";
import type { Engine } from "@labloop/engine";
import { resultByHand } from "./lab.ts";
import type { World } from "./world.ts";

const by = { kind: "operator", name: "Ada" } as const;

export interface Desk {
  readonly engine: Engine;
  readonly world: World;
  readonly now: number;
  readonly draw: () => number;
  /** Whether faults are over: then every question is answered at once. */
  readonly isCalm: boolean;
  readonly trace: (line: string) => void;
}

/** One look of a person at the desk: answers truthfully, from the lab and not from the screen, and not always at once. */
export function answer({ engine, world, now, draw, isCalm, trace }: Desk): void {
  const state = engine.state();
  const submit = (command: OperatorCommand) => {
    const receipt = engine.submit(command);
    trace(`person ${JSON.stringify(command)} ${JSON.stringify(receipt)}`);
  };
  if (state.fencesAbove.size > 0) submit({ type: "restore.confirm", by, reason: "yes, it is a backup" });
  if (state.estop?.isActive === true && (isCalm || draw() < 0.3)) {
    submit({ type: "estop.clear", by, reason: "the smoke was steam" });
  }
  if (state.campaign?.chart.value === "paused") submit({ type: "campaign.resume", by });
  for (const [commandId, runId] of state.openCommands) {
    const steps = Object.values(state.runs.get(runId)?.steps ?? {});
    const command = steps.find((step) => step.commandId === commandId);
    if (command?.doubt == null || (!isCalm && draw() > 0.2)) continue;
    if (!isCalm && draw() < 0.25) {
      submit({ type: "doubt.probe", commandId, by, reason: "have another look" });
      continue;
    }
    const acts = world.acts.filter((act) => act.commandId === commandId);
    const plant = world.plants.get(command.device);
    const isMoving = plant !== undefined && plant.busyUntil > now;
    if (isMoving) continue;
    const act = acts.at(-1);
    const reason = "I looked";
    // People err: then the device's word must be raised against theirs, and never be merged (E10).
    const isMistaken = !isCalm && draw() < 0.3;
    if (act === undefined || isMistaken) {
      if (command.resolution === null) submit({ type: "doubt.resolve", commandId, as: "not-executed", by, reason });
    } else if (plant?.cut === act || draw() < 0.1) {
      submit({ type: "doubt.resolve", commandId, as: "discarded", by, reason });
    } else {
      const result = resultByHand(act.op, act.amount);
      submit({ type: "doubt.resolve", commandId, as: "executed", result, executed: act.params, by, reason });
    }
  }
  for (const { device, quarantine } of state.devices.values()) {
    if (quarantine !== null) submit({ type: "device.release", device, by, reason: "nothing is left on it" });
  }
}
