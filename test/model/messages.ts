import { type Attempt, recorded, type State } from "./state.ts";

/** A message that can be sent, as one bit of the state's set of sent ones. */
interface Message {
  readonly bit: number;
  readonly name: string;
  readonly attempt: Attempt;
  readonly epoch: number;
  /** The journal it names or comes from. */
  readonly journal: number;
}

export type ToDevice = Message & { readonly kind: "execute" | "cancel" | "ack" | "reconcile" | "pause" };
export type ToEngine = Message & { readonly kind: "report" | "never-seen" | "refusal"; readonly state: number };

const attempts: readonly Attempt[] = [1, 2];
const epochs = [1, 2, 3];
const journals = [0, 1];

const down = [
  ...(["execute", "cancel", "ack"] as const).flatMap((kind) =>
    attempts.flatMap((attempt) => epochs.map((epoch) => ({ kind, attempt, epoch, journal: 0 }))),
  ),
  ...epochs.flatMap((epoch) =>
    journals.map((journal) => ({ kind: "reconcile" as const, attempt: 1 as const, epoch, journal })),
  ),
  ...epochs.map((epoch) => ({ kind: "pause" as const, attempt: 1 as const, epoch, journal: 0 })),
];

/** Every message that an engine can send. */
export const messagesToDevice: readonly ToDevice[] = down.map((message, index) => {
  const about = message.kind === "reconcile" ? ` journal ${message.journal}` : ` ${message.attempt}`;
  return {
    ...message,
    bit: 1 << index,
    name: `${message.kind}${message.kind === "pause" ? "" : about} @${message.epoch}`,
  };
});

const reportable = {
  succeeded: recorded.succeeded,
  unknown: recorded.unknown,
  cancelled: recorded.cancelled,
  rejected: recorded.rejected,
};

const up = [
  ...Object.entries(reportable).map(([name, state]) => ({ kind: "report" as const, what: name, state })),
  { kind: "never-seen" as const, what: "never seen", state: 0 },
].flatMap((shape) =>
  attempts.flatMap((attempt) => journals.map((journal) => ({ ...shape, attempt, journal, epoch: 0 }))),
);

/** Every message that the device can send. */
export const messagesToEngine: readonly ToEngine[] = [
  ...up,
  ...attempts.map((attempt) => ({
    kind: "refusal" as const,
    what: "refusal",
    state: 0,
    attempt,
    journal: 0,
    epoch: 0,
  })),
].map((message, index) => {
  const { what, attempt, journal } = message;
  return { ...message, bit: 1 << index, name: `${what} ${attempt}${journal === 0 ? "" : ", new journal"}` };
});

const bitsDown = new Map(messagesToDevice.map((m) => [`${m.kind} ${m.attempt} ${m.epoch} ${m.journal}`, m.bit]));
const bitsUp = new Map(messagesToEngine.map((m) => [`${m.kind} ${m.attempt} ${m.state} ${m.journal}`, m.bit]));

function bitOf(bits: ReadonlyMap<string, number>, key: string): number {
  const bit = bits.get(key);
  if (bit === undefined) throw new Error(`the model has no message ${key}`);
  return bit;
}

/** Puts a message of an engine among those sent. */
export function sendDown(state: State, kind: ToDevice["kind"], epoch: number, attempt: Attempt = 1, journal = 0): void {
  state.toDevice |= bitOf(bitsDown, `${kind} ${attempt} ${epoch} ${journal}`);
}

/** Puts a message of the device among those sent. */
export function sendUp(
  state: State,
  kind: ToEngine["kind"],
  attempt: Attempt,
  reported: number,
  journal: number,
): void {
  state.toEngine |= bitOf(bitsUp, `${kind} ${attempt} ${reported} ${journal}`);
}
