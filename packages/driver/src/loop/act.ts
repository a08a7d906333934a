import type { StepAnswer } from "@labloop/contracts";
import type { DeviceDefinition, Ending, Operation } from "../define-device.ts";
import type { CommandRecord } from "../store/command-record.ts";

/** A command on its way through this process, with what those who begin, follow, stop and halt it tell each other. */
export interface Act<Session> {
  readonly commandId: string;
  readonly operation: Operation<Session>;
  readonly order: NonNullable<CommandRecord["order"]>;
  /** Aborted to end the watch: at shutdown, or when the act has been stopped or halted; after a halt there is a new one. */
  watching: AbortController;
  /** Settled once `start` has returned: an act can be stopped only after it has begun. */
  begun: Promise<void>;
  /** Whether `begun` is still to be settled. */
  isBeginning: boolean;
  /** Whether an E-STOP was sent to it: then only evidence tells how it ended, never `watch`. */
  isHalted: boolean;
  /** Whether `watch` has called it over once after a stop without an answer. */
  wasUnsure: boolean;
  /** The session over which it is being watched: without contact nobody knows whether there is anything to stop. */
  watchedOver: Session | null;
  stopping: Promise<Extract<Ending, { state: "failed" }> | null> | null;
  /** What a person has said of it, and who waits for that. */
  answered: PromiseWithResolvers<{ readonly answer: StepAnswer; readonly by: string }>;
  /** The pauses and resumptions so far, one after the other. */
  pausing: Promise<void>;
  /** Whether its end was decided before it had begun, or it was never accepted: it takes no turn then. */
  isGivenUp: boolean;
}

/** Returns the act that a record orders; null when this driver has no such operation. */
export function actOf<Session>(
  operations: DeviceDefinition<unknown, Session>["operations"],
  record: CommandRecord,
  isHalted: boolean,
): Act<Session> | null {
  const { order } = record;
  const operation = order === null ? undefined : operations[order.op];
  if (order === null || operation === undefined) return null;
  const watching = new AbortController();
  return {
    commandId: record.commandId,
    operation,
    order,
    watching,
    begun: Promise.resolve(),
    isBeginning: false,
    isHalted,
    wasUnsure: false,
    watchedOver: null,
    stopping: null,
    answered: Promise.withResolvers(),
    pausing: Promise.resolve(),
    isGivenUp: false,
  };
}
