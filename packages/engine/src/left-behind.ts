import type { RecordedEvent } from "@labloop/contracts";
import type { PastAct } from "@labloop/protocol";
import { heldByOther } from "./decide/quarantine.ts";
import { fold } from "./fold/fold.ts";
import { type EngineState, emptyState } from "./state.ts";

/** What one campaign of a lab leaves to the others, from its journal alone. */
export interface LeftBehind {
  /** Why each device needs a person's look before others use it; nothing that it was only told by another campaign. */
  readonly held: ReadonlyMap<string, string>;
  /** What it was told by others: why it holds a device that it has left nothing on itself. */
  readonly told: ReadonlyMap<string, string>;
  /** Acts that totals of the envelope count. */
  readonly acts: readonly PastAct[];
  /** When people last released each device, and when anything was recorded last; wall clock, ms since 1970. */
  readonly releasedAt: ReadonlyMap<string, number>;
  readonly lastAt: number;
}

/** Returns what a campaign leaves behind; `totalsOverMs` of lab time is how far back totals of the envelope count. */
export function leftBehind(records: Iterable<RecordedEvent>, totalsOverMs: number): LeftBehind {
  let state = emptyState;
  let lastAt = 0;
  const releasedAt = new Map<string, number>();
  for (const { event, labAt, wallAt } of records) {
    // Its own lab file may have counted over less.
    const read = event.type === "campaign.created" ? { ...event, totalsOverMs } : event;
    state = fold(state, read, { labAt, wallAt }).state;
    // What an engine released because of a word in another journal must not pass for a person's own.
    if (event.type === "device.released" && event.by.kind === "operator") releasedAt.set(event.device, wallAt);
    lastAt = Math.max(lastAt, wallAt);
  }
  return { held: heldIn(state), told: toldIn(state), acts: state.acts, releasedAt, lastAt };
}

/**
 * Returns what is still held in a lab after all that its campaigns, by what people call them, have left: every device that
 * nobody has released, in whichever of them, since anything was recorded last in the campaign that holds it.
 */
export function stillHeld(
  campaigns: ReadonlyMap<string, LeftBehind>,
): readonly { readonly device: string; readonly message: string }[] {
  const all = [...campaigns.values()];
  const wasReleased = (device: string, since: number) =>
    all.some(({ releasedAt }) => (releasedAt.get(device) ?? Number.NEGATIVE_INFINITY) > since);
  const found = new Map<string, string[]>();
  for (const [campaign, { held, lastAt }] of campaigns) {
    for (const [device, why] of held) {
      if (wasReleased(device, lastAt)) continue;
      found.set(device, [...(found.get(device) ?? []), `${campaign} has left it so: ${why}`]);
    }
  }
  return [...found].map(([device, reasons]) => ({ device, message: reasons.join("; ") }));
}

/**
 * Returns which devices a campaign may use again, and why, for what is said in others by now: what it was told of is settled or
 * released in the campaign that had left it, or a person has released, in another, what it has left itself.
 */
export function freedByOthers(
  mine: LeftBehind,
  others: ReadonlyMap<string, LeftBehind>,
  held: readonly { readonly device: string }[],
): readonly { readonly device: string; readonly reason: string }[] {
  const isHeld = (device: string) => held.some((each) => each.device === device);
  const settled = [...mine.told].flatMap(([device, why]) => {
    // A folder that was moved away has settled nothing.
    const origin = [...others.keys()].find((campaign) => why.includes(`${campaign} has left it so`));
    if (origin === undefined || isHeld(device) || mine.held.has(device)) return [];
    return [{ device, reason: `what ${origin} had left there is settled or released` }];
  });
  const released = [...mine.held.keys()].flatMap((device) => {
    const where = [...others].find(
      ([, { releasedAt }]) => (releasedAt.get(device) ?? Number.NEGATIVE_INFINITY) > mine.lastAt,
    );
    if (where === undefined || isHeld(device)) return [];
    return [{ device, reason: `a person has released it in ${where[0]}` }];
  });
  return [...settled, ...released];
}

function toldIn(state: EngineState): Map<string, string> {
  const quarantined = [...state.devices.values()];
  return new Map(
    quarantined.flatMap(({ device, quarantine }) =>
      quarantine?.code === heldByOther ? [[device, quarantine.message] as const] : [],
    ),
  );
}

function heldIn(state: EngineState): Map<string, string> {
  const held = new Map<string, string>();
  const hold = (device: string, why: string) => {
    if (!held.has(device)) held.set(device, why);
  };
  for (const { device, quarantine } of state.devices.values())
    if (quarantine !== null && quarantine.code !== heldByOther) hold(device, quarantine.message);
  for (const run of state.runs.values()) {
    for (const { outcome, doubt, device, stepKey, commandId } of Object.values(run.steps)) {
      if (outcome !== null) continue;
      const what = `${stepKey} of its run ${run.order + 1} (${commandId})`;
      hold(device, doubt === null ? `${what} was ordered, and no end of it is known` : `${what} is in doubt: ${doubt}`);
    }
    const place = run.partRole === null ? undefined : run.bindings[run.partRole];
    if (place !== undefined) hold(place, `the part of its run ${run.order + 1} stands on it`);
  }
  for (const { device, commandId } of state.residues.values()) {
    hold(device, `${commandId} was settled without it, and it has not said that it is over`);
  }
  const { estop } = state;
  if (estop?.isActive === true) {
    for (const device of state.devices.keys()) hold(device, `E-STOP ${estop.stopId} stands there: ${estop.reason}`);
  }
  return held;
}
