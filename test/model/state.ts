/** What an engine's journal says of one attempt. */
export const outcome = {
  none: 0,
  intended: 1,
  inDoubt: 2,
  succeeded: 3,
  notExecuted: 4,
  discarded: 5,
  /** A person said that it did not happen, and the old id is not yet known to be terminal at the device. */
  awaitingTerminal: 6,
} as const;

/** What the device's journal says of one attempt; from `succeeded` on it is terminal. */
export const recorded = {
  absent: 0,
  accepted: 1,
  started: 2,
  succeeded: 3,
  unknown: 4,
  cancelled: 5,
  rejected: 6,
  pruned: 7,
} as const;

/** What a controller holds in memory: nothing; that something is open; that it may send attempt 1, or attempt 2. */
export const knows = { nothing: 0, open: 1, first: 2, second: 3 } as const;

/** Where the driver's process is with the act it carries out. */
export const phase = { idle: 0, begun: 1, acting: 2 } as const;

export type Attempt = 1 | 2;

/** One state of the world; small numbers only, so that it packs into a few characters. */
export interface State {
  /** The engine's database, which survives everything but the wrong rule. */
  lease: number;
  outcome1: number;
  outcome2: number;
  observations: number;
  /** Whether the database knows attempt 1 to be terminal at the device. */
  terminal1: number;
  /** The device journal that the database knows, and those under which each attempt was intended. */
  journalKnown: number;
  under1: number;
  under2: number;
  /** What a person answered about attempt 1, as the outcome it makes; 0 for nothing. */
  answer: number;

  /** Two controllers: alive or not, the epoch each believes to hold (0 for none), and what it holds in memory. */
  upA: number;
  epochA: number;
  knowsA: number;
  /** The device journal that the database knew when it took its lease. */
  namesA: number;
  upB: number;
  epochB: number;
  knowsB: number;
  namesB: number;

  /** The device's journal. */
  journal: number;
  fence: number;
  record1: number;
  record2: number;
  admitted1: number;
  admitted2: number;

  /** The driver's process. */
  up: number;
  gate: number;
  phase: number;
  active: number;

  /** The truth: acts so far, and which attempt's act is going on in the plant (0 for none). */
  acts1: number;
  acts2: number;
  running: number;
  /** The highest epoch that the device, with this journal, has ever accepted. */
  trueFence: number;
  /** Whether the device did something for an epoch below that. */
  staleObeyed: number;

  /** Every message ever sent, one bit each: it may arrive any number of times, at any later moment, or never. */
  toDevice: number;
  toEngine: number;

  engineCrashesLeft: number;
  deviceCrashesLeft: number;
  lossesLeft: number;
}

/** Bits of each field, in words of at most 16: a state packs into as many characters as there are words. */
const words: readonly (readonly (readonly [keyof State, number])[])[] = [
  [
    ["lease", 2],
    ["outcome1", 3],
    ["outcome2", 3],
    ["observations", 2],
    ["terminal1", 1],
    ["answer", 3],
    ["upA", 1],
    ["upB", 1],
  ],
  [
    ["epochA", 2],
    ["knowsA", 2],
    ["epochB", 2],
    ["knowsB", 2],
    ["journalKnown", 1],
    ["under1", 1],
    ["under2", 1],
    ["journal", 1],
    ["fence", 2],
    ["trueFence", 2],
  ],
  [
    ["record1", 3],
    ["record2", 3],
    ["admitted1", 2],
    ["admitted2", 2],
    ["up", 1],
    ["gate", 1],
    ["phase", 2],
    ["active", 2],
  ],
  [
    ["acts1", 2],
    ["acts2", 2],
    ["running", 2],
    ["staleObeyed", 1],
    ["engineCrashesLeft", 2],
    ["deviceCrashesLeft", 2],
    ["lossesLeft", 1],
    ["namesA", 1],
    ["namesB", 1],
  ],
];

for (const fields of words) {
  const bits = fields.reduce((sum, [, width]) => sum + width, 0);
  if (bits > 16) throw new Error(`a word of the model's state has ${bits} bits: states would be taken for one another`);
}

/** Returns a text that is the same for the same state only. */
export function pack(state: State): string {
  const [a, b, c, d] = words.map((fields) => fields.reduce((word, [field, bits]) => (word << bits) | state[field], 0));
  const { toDevice: down, toEngine: up } = state;
  return String.fromCharCode(a ?? 0, b ?? 0, c ?? 0, d ?? 0, down & 0xffff, down >>> 16, up & 0xffff, up >>> 16);
}
