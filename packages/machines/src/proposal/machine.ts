import { setup } from "xstate";
import { effectSlot } from "../effect-slot.ts";
import type { AskOptimizer } from "./effects.ts";

/** What a proposal is asked with; `seed` is a 32-bit unsigned integer. */
export interface ProposalInput {
  readonly proposalId: string;
  readonly seed: number;
}

/** Facts about one proposal. */
export type ProposalEvent = { readonly type: "made" } | { readonly type: "taken" } | { readonly type: "rejected" };

/** Points to try, from the question to the run that takes them. */
export const proposalMachine = setup({
  types: {} as { context: ProposalInput; events: ProposalEvent; input: ProposalInput },
  actions: { askOptimizer: effectSlot<AskOptimizer>() },
}).createMachine({
  id: "proposal",
  context: ({ input }) => input,
  initial: "asked",
  states: {
    asked: {
      entry: {
        type: "askOptimizer",
        params: ({ context }) => ({ proposalId: context.proposalId, seed: context.seed }),
      },
      on: { made: "made", rejected: "rejected" },
    },
    made: { on: { taken: "taken", rejected: "rejected" } },
    taken: { type: "final" },
    rejected: { type: "final" },
  },
});
