import { photosIn, type StepProvenance } from "@labloop/contracts";
import { digestOf } from "@labloop/contracts/digest";
import type { Recipe } from "../recipe.ts";
import type { CommandRecord, EngineState } from "../state.ts";

/** Returns which device did a step, as it had announced itself then, with what calibration, and when. */
export function stepProvenance(state: EngineState, command: CommandRecord, recipe: Recipe): StepProvenance {
  const { caps } = command;
  if (caps === null) throw new Error(`${command.device} carried out ${command.commandId} and never announced itself`);
  const calibration = calibrationFor(state, command, recipe);
  const { outcome } = command;
  return {
    step: command.stepKey,
    commandId: command.commandId,
    attempt: command.attempt,
    device: command.device,
    serial: told(caps.serial),
    driver: caps.kind,
    driverVersion: caps.driverVersion,
    firmware: told(caps.firmware),
    operation: command.op,
    operationVersion: caps.operations[command.op]?.version ?? "0",
    calibration:
      calibration === undefined
        ? { value: null, reason: "the lab file states no calibration for it" }
        : { value: calibration },
    startedAt:
      command.started === null
        ? { value: null, reason: "no start was reported" }
        : { value: timestamp(command.started.labAt) },
    endedAt: timestamp(command.ended?.labAt ?? 0),
    // Of a large result that is still to be fetched, the digest that the device has announced.
    rawDigest:
      announcedDigest(state, command) ?? digestOf(outcome?.state === "succeeded" ? outcome.result : (outcome ?? null)),
    ...photosOf(command),
    ...entered(command),
  };
}

/** One that only stands beside a person's word is not what the step has given. */
function announcedDigest({ awaited }: EngineState, { commandId }: CommandRecord): string | undefined {
  const result = awaited.get(commandId);
  return result?.fills == null ? undefined : result.sha256;
}

/** What the instrument has said of itself. */
function told(said: string | null): StepProvenance["serial"] {
  return said === null ? { value: null, reason: "the instrument's wire does not tell" } : { value: said };
}

/** What a step's values rest on is what was valid when it began, also when the device has been calibrated since. */
function calibrationFor(state: EngineState, { device, started, intended }: CommandRecord, recipe: Recipe) {
  const watched = state.calibrations.get(device);
  const earlier = watched?.before.find(({ until }) => (started ?? intended).labAt < until);
  const valid = earlier === undefined ? watched : earlier.calibration;
  // Journals that were begun before calibrations were kept in them have the lab file's alone.
  const { reference, expires } = valid ?? recipe.checked.lab.devices[device]?.calibration ?? {};
  return reference === undefined || reference === "" || expires === undefined ? undefined : { reference, expires };
}

/** Whose word a result is, where it is a person's: an answer to doubt, or to what they were asked to do. */
function entered({ resolution, answer }: CommandRecord): Pick<StepProvenance, "entered"> {
  if (resolution !== null && resolution.as !== "not-executed") {
    const { by, confirmedBy, reason } = resolution;
    return { entered: { by, confirmedBy, reason } };
  }
  if (answer === null) return {};
  return { entered: { by: answer.by, confirmedBy: null, reason: "a person was asked to do it" } };
}

function photosOf({ outcome }: CommandRecord): Pick<StepProvenance, "photos"> {
  const photos = outcome?.state === "succeeded" ? photosIn(outcome.result) : {};
  return Object.keys(photos).length === 0 ? {} : { photos };
}

function timestamp(at: number): string {
  return new Date(at).toISOString();
}
