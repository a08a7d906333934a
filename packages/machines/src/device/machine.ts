import { assign, setup } from "xstate";
import { effectSlot } from "../effect-slot.ts";
import type { SendReconcile } from "./effects.ts";

/** What a device is known by before it was ever heard. */
export interface DeviceInput {
  readonly device: string;
}

/** What is remembered of a device: its last birth. */
export interface DeviceContext extends DeviceInput {
  readonly bootId: string | null;
  readonly bdSeq: number | null;
  /** Why it is kept out of use, once it is. */
  readonly quarantinedBecause: string | null;
}

/** Facts about one device. */
export type DeviceEvent =
  | { readonly type: "born"; readonly bootId: string; readonly bdSeq: number }
  | { readonly type: "reconciled"; readonly hasOpenCommand: boolean }
  | { readonly type: "intended" }
  | { readonly type: "closed" }
  | { readonly type: "suspected" }
  | { readonly type: "heard" }
  | { readonly type: "lost" }
  | { readonly type: "taken" }
  | { readonly type: "returned" }
  | { readonly type: "quarantined"; readonly reason: string }
  | { readonly type: "released" };

const birth = {
  target: "reconciling",
  reenter: true,
  actions: {
    type: "noteBirth",
    params: ({ event }: { event: { bootId: string; bdSeq: number } }) => ({ bootId: event.bootId, bdSeq: event.bdSeq }),
  },
} as const;

/** A retained birth is delivered again at every subscription: only another one is news. */
const rebirth = { ...birth, guard: "isNewBirth" } as const;

const quarantine = {
  target: "quarantined",
  actions: {
    type: "noteQuarantine",
    params: ({ event }: { event: { reason: string } }) => ({ reason: event.reason }),
  },
} as const;

const anyOnline = { born: rebirth, lost: "offline", taken: "local", quarantined: quarantine } as const;

/** What a device can be used for. Whatever broke the contact, it is asked about its open commands before it is used. */
export const deviceMachine = setup({
  types: {} as { context: DeviceContext; events: DeviceEvent; input: DeviceInput },
  actions: {
    sendReconcile: effectSlot<SendReconcile>(),
    noteBirth: assign({
      bootId: (_, { bootId }: { bootId: string; bdSeq: number }) => bootId,
      bdSeq: (_, { bdSeq }: { bootId: string; bdSeq: number }) => bdSeq,
    }),
    noteQuarantine: assign({ quarantinedBecause: (_, { reason }: { reason: string }) => reason }),
    noteRelease: assign({ quarantinedBecause: null }),
  },
  guards: {
    isNewBirth: ({ context, event }) =>
      event.type === "born" && (event.bootId !== context.bootId || event.bdSeq !== context.bdSeq),
    hasBeenBorn: ({ context }) => context.bootId !== null,
    hasOpenCommand: ({ event }) => event.type === "reconciled" && event.hasOpenCommand,
  },
}).createMachine({
  id: "device",
  context: ({ input }) => ({ ...input, bootId: null, bdSeq: null, quarantinedBecause: null }),
  initial: "offline",
  states: {
    /** Silence may have been ours alone: then it is heard again without a birth. */
    offline: {
      on: { born: birth, heard: { guard: "hasBeenBorn", target: "reconciling" }, quarantined: quarantine },
    },
    reconciling: {
      entry: { type: "sendReconcile", params: ({ context }) => ({ device: context.device }) },
      on: {
        ...anyOnline,
        reconciled: [{ guard: "hasOpenCommand", target: "busy" }, { target: "idle" }],
        suspected: "suspect",
      },
    },
    idle: { on: { ...anyOnline, intended: "busy", suspected: "suspect" } },
    busy: { on: { ...anyOnline, closed: "idle", suspected: "suspect" } },
    suspect: { on: { ...anyOnline, heard: "reconciling" } },
    /** In the hands of staff (D19): nothing is sent to it, and when it is given back it is asked before it is used. */
    local: {
      on: { born: { actions: birth.actions }, returned: "reconciling", lost: "offline", quarantined: quarantine },
    },
    /** Left by a person only. Where it stands then is told by its next sign of life, after which it is asked (E8). */
    quarantined: {
      on: { born: { actions: birth.actions }, released: { target: "offline", actions: { type: "noteRelease" } } },
    },
  },
});
