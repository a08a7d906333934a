import { assign, setup } from "xstate";

/** What a campaign is started with. */
export interface CampaignInput {
  readonly campaignId: string;
}

/** What a campaign remembers. */
export interface CampaignContext extends CampaignInput {
  /** Why it is paused, stopping or aborted; null otherwise. */
  readonly reason: string | null;
}

/** Facts about one campaign. */
export type CampaignEvent =
  | { readonly type: "checked" }
  | { readonly type: "started" }
  | { readonly type: "paused"; readonly reason: string }
  | { readonly type: "resumed" }
  | { readonly type: "stopping"; readonly reason: string }
  | { readonly type: "finished" }
  | { readonly type: "aborted"; readonly reason: string };

const noted = { type: "noteReason", params: reasonOf } as const;
const pause = { target: "paused", actions: noted } as const;
const stop = { target: "stopping", actions: noted } as const;
const abort = { target: "aborted", actions: noted } as const;

/** A closed loop, from the checked document to its end. Running has no parts: there are no rounds to be in. */
export const campaignMachine = setup({
  types: {} as { context: CampaignContext; events: CampaignEvent; input: CampaignInput },
  actions: {
    noteReason: assign({ reason: (_, { reason }: { reason: string }) => reason }),
    noteResumed: assign({ reason: null }),
  },
}).createMachine({
  id: "campaign",
  context: ({ input }) => ({ ...input, reason: null }),
  initial: "draft",
  states: {
    draft: { on: { checked: "ready", aborted: abort } },
    ready: { on: { started: "running", aborted: abort } },
    running: { on: { paused: pause, stopping: stop, finished: "finished", aborted: abort } },
    /** What runs goes on to its end, so the last experiment may end the campaign here; an E-STOP gives another reason. */
    paused: {
      on: {
        paused: pause,
        resumed: { target: "running", actions: { type: "noteResumed" } },
        stopping: stop,
        finished: "finished",
        aborted: abort,
      },
    },
    /** Paused by an E-STOP only: whoever resumes says anew that it stops. */
    stopping: { on: { paused: pause, finished: "finished", aborted: abort } },
    finished: { type: "final" },
    aborted: { type: "final" },
  },
});

function reasonOf({ event }: { event: { reason: string } }): { reason: string } {
  return { reason: event.reason };
}
