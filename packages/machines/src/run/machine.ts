import { assign, setup } from "xstate";

/** How a run ends. */
export type RunOutcome = "done" | "failed" | "aborted" | "suspect";

/** What a run is started with. */
export interface RunInput {
  readonly runId: string;
}

/** What a run remembers. */
export interface RunContext extends RunInput {
  /** Why nothing more is started, while held. */
  readonly heldBecause: string | null;
}

/** Facts about one run. */
export type RunEvent =
  | { readonly type: "placed" }
  | { readonly type: "started" }
  | { readonly type: "held"; readonly reason: string }
  | { readonly type: "released" }
  | { readonly type: "finished"; readonly outcome: RunOutcome };

const finish = [
  { guard: "isDone", target: "done" },
  { guard: "isFailed", target: "failed" },
  { guard: "isAborted", target: "aborted" },
  { guard: "isSuspect", target: "suspect" },
] as const;

/** One plan being carried out. A run is over when its outcome is known, from wherever it was. */
export const runMachine = setup({
  types: {} as { context: RunContext; events: RunEvent; input: RunInput },
  actions: {
    noteHeld: assign({ heldBecause: (_, { reason }: { reason: string }) => reason }),
    noteReleased: assign({ heldBecause: null }),
  },
  guards: {
    isDone: ({ event }) => isFinishedAs(event, "done"),
    isFailed: ({ event }) => isFinishedAs(event, "failed"),
    isAborted: ({ event }) => isFinishedAs(event, "aborted"),
    isSuspect: ({ event }) => isFinishedAs(event, "suspect"),
  },
}).createMachine({
  id: "run",
  context: ({ input }) => ({ ...input, heldBecause: null }),
  initial: "queued",
  states: {
    queued: { on: { placed: "placed", started: "running", finished: finish } },
    placed: { on: { started: "running", held: hold(), finished: finish } },
    running: { on: { held: hold(), finished: finish } },
    held: { exit: { type: "noteReleased" }, on: { released: "running", finished: finish } },
    done: { type: "final" },
    failed: { type: "final" },
    aborted: { type: "final" },
    suspect: { type: "final" },
  },
});

function hold() {
  const reason = ({ event }: { event: { reason: string } }) => ({ reason: event.reason });
  return { target: "held", actions: { type: "noteHeld", params: reason } } as const;
}

function isFinishedAs(event: RunEvent, outcome: RunOutcome): boolean {
  return event.type === "finished" && event.outcome === outcome;
}
