import type { RetryClass } from "@labloop/contracts";
import { assign, setup } from "xstate";
import { effectSlot } from "../effect-slot.ts";
import type {
  Acknowledge,
  ArmDeadline,
  DisarmDeadlines,
  PublishCommand,
  RaiseConflict,
  RaiseDoubt,
} from "./effects.ts";

/**
 * What a command's life is started with. Instants are lab time, ms since 1970: what is counted on the link clock (ttl,
 * margin) is converted by whoever starts it.
 */
export interface StepInput {
  readonly commandId: string;
  readonly retryClass: RetryClass;
  readonly startDeadlineAt: number;
  readonly maxDurationMs: number;
  /** What the hard deadline allows beyond the run deadline (contract section 10: 60 s). */
  readonly marginMs: number;
}

/** What a command's life remembers. */
export interface StepContext extends StepInput {
  /** When lost contact becomes doubt; null until the start is known or overdue, and once the command is not open. */
  readonly hardDeadlineAt: number | null;
  /** Open, and not known to have started by its start deadline. */
  readonly isOverdue: boolean;
}

/** Facts about one command; `at` is when it started, in ms since 1970. */
export type StepEvent =
  | { readonly type: "sent" }
  | { readonly type: "accepted" }
  | { readonly type: "started"; readonly at: number }
  | { readonly type: "overdue" }
  | { readonly type: "succeeded" }
  | { readonly type: "failed" }
  | { readonly type: "notExecuted" }
  | { readonly type: "doubted"; readonly reason: string }
  /** Somebody's word, or decisive evidence, that it did not happen: it counts once the old id is terminal at the device. */
  | { readonly type: "closing" }
  /** The device's word that it did, against a person's that it did not. */
  | { readonly type: "contradicted" }
  | { readonly type: "resolved" };

/** The outcomes that a device's word settles; each is reached by the fact of the same name. */
const settle = { succeeded: "succeeded", failed: "failed", notExecuted: "notExecuted" } as const;

const ofCommand = ({ context }: { context: StepContext }) => ({ commandId: context.commandId });

const doubt = {
  target: "inDoubt",
  actions: [
    { type: "noteClosed" },
    { type: "disarmDeadlines", params: ofCommand },
    {
      type: "raiseDoubt",
      params: ({ context, event }: { context: StepContext; event: { reason: string } }) => ({
        commandId: context.commandId,
        retryClass: context.retryClass,
        reason: event.reason,
      }),
    },
  ],
} as const;

const start = {
  target: "started",
  actions: [
    { type: "noteStart", params: ({ event }: { event: { at: number } }) => ({ at: event.at }) },
    { type: "disarmDeadlines", params: ofCommand },
    { type: "armDeadline", params: runDeadline },
  ],
} as const;

const overdue = {
  guard: "isFirstOverdue",
  actions: [{ type: "noteOverdue" }, { type: "armDeadline", params: runDeadline }],
} as const;

const settled = [
  { type: "noteClosed" },
  { type: "disarmDeadlines", params: ofCommand },
  { type: "acknowledge", params: ofCommand },
] as const;

const repeated = { actions: [{ type: "acknowledge", params: ofCommand }] } as const;

/** The life of one command (contract section 8): only stable facts change the outcome, in whatever order they come. */
export const stepMachine = setup({
  types: {} as { context: StepContext; events: StepEvent; input: StepInput },
  actions: {
    publishCommand: effectSlot<PublishCommand>(),
    armDeadline: effectSlot<ArmDeadline>(),
    disarmDeadlines: effectSlot<DisarmDeadlines>(),
    acknowledge: effectSlot<Acknowledge>(),
    raiseDoubt: effectSlot<RaiseDoubt>(),
    raiseConflict: effectSlot<RaiseConflict>(),
    noteOverdue: assign({
      isOverdue: true,
      hardDeadlineAt: ({ context }) => hardDeadline(context, context.startDeadlineAt),
    }),
    noteStart: assign({
      isOverdue: false,
      hardDeadlineAt: ({ context }, { at }: { at: number }) => hardDeadline(context, at),
    }),
    noteClosed: assign({ isOverdue: false, hardDeadlineAt: null }),
  },
  guards: { isFirstOverdue: ({ context }) => !context.isOverdue },
}).createMachine({
  id: "step",
  context: ({ input }) => ({ ...input, hardDeadlineAt: null, isOverdue: false }),
  initial: "intended",
  states: {
    intended: {
      entry: [
        { type: "publishCommand", params: ofCommand },
        {
          type: "armDeadline",
          params: ({ context }) => ({ commandId: context.commandId, kind: "start", at: context.startDeadlineAt }),
        },
      ],
      on: { ...settle, sent: "sent", accepted: "accepted", started: start, overdue, doubted: doubt },
    },
    sent: { on: { ...settle, accepted: "accepted", started: start, overdue, doubted: doubt } },
    accepted: { on: { ...settle, started: start, overdue, doubted: doubt } },
    started: { on: { ...settle, doubted: doubt } },
    /** Left by the device's word or a person's, never by time; `started` seen again changes nothing. */
    inDoubt: { on: { ...settle, closing: "closing", resolved: "resolved" } },
    /** Nothing is attempted again before the device can never carry it out any more (E5). */
    closing: { on: { ...settle, contradicted: "inDoubt", resolved: "resolved" } },
    succeeded: {
      entry: settled,
      on: {
        succeeded: repeated,
        failed: conflict("succeeded", "failed"),
        notExecuted: conflict("succeeded", "notExecuted"),
      },
    },
    failed: {
      entry: settled,
      on: {
        failed: repeated,
        succeeded: conflict("failed", "succeeded"),
        notExecuted: conflict("failed", "notExecuted"),
      },
    },
    notExecuted: {
      entry: settled,
      on: {
        notExecuted: repeated,
        succeeded: conflict("notExecuted", "succeeded"),
        failed: conflict("notExecuted", "failed"),
      },
    },
    resolved: {
      on: {
        succeeded: conflict("resolved", "succeeded"),
        failed: conflict("resolved", "failed"),
        notExecuted: conflict("resolved", "notExecuted"),
      },
    },
  },
});

function hardDeadline(context: StepContext, from: number): number {
  return from + context.maxDurationMs + context.marginMs;
}

/** Read after the context was noted, when the hard deadline is known. */
function runDeadline({ context }: { context: StepContext }): ArmDeadline {
  const at = context.hardDeadlineAt ?? hardDeadline(context, context.startDeadlineAt);
  return { commandId: context.commandId, kind: "run", at };
}

/** The device is told that its word was stored, or it would repeat it for ever (D6); the outcome stays (E10). */
function conflict(settledAs: RaiseConflict["settled"], fact: RaiseConflict["fact"]) {
  return {
    actions: [
      { type: "acknowledge", params: ofCommand },
      {
        type: "raiseConflict",
        params: ({ context }: { context: StepContext }) => ({ commandId: context.commandId, settled: settledAs, fact }),
      },
    ],
  } as const;
}
