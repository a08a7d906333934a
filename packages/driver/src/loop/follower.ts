import { type Clock, type Log, sleep } from "@labloop/contracts";
import type { DeviceDefinition, DriverContext, Ending, Evidence, OperationContext } from "../define-device.ts";
import type { DeviceStore } from "../store/device-store.ts";
import type { Act } from "./act.ts";
import type { ActJournal } from "./act-journal.ts";
import { createBackOff } from "./back-off.ts";
import { endOf, endOfFinding, inDoubt } from "./conclude.ts";
import type { End } from "./facts.ts";
import { textOf } from "./text-of.ts";
import type { WireKeeper } from "./wire-keeper.ts";

/** How often `probe` may fail over a wire that stays open before the command is given up as in doubt. */
const probeTries = 3;

export interface FollowerOptions<Session> {
  readonly halt: DeviceDefinition<unknown, Session>["halt"];
  /** Whether an E-STOP stands; once it is cleared nothing is halted any more. */
  readonly isLatched: () => boolean;
  readonly context: DriverContext;
  readonly store: DeviceStore;
  readonly wire: WireKeeper<Session>;
  readonly journal: ActJournal<Session>;
  readonly contextOf: (act: Act<Session>) => OperationContext;
  readonly linkClock: Clock;
  /** Aborted at shutdown. */
  readonly shutdown: AbortSignal;
  readonly log: Log;
}

/** Follows acts that have started, to their ends. */
export interface Follower<Session> {
  /** Watches an act to its end; null when contact was lost and evidence must be looked for. */
  watch(act: Act<Session>, session: Session, baseline: Evidence, starting: Promise<void>): Promise<End | null>;
  /** D7: looks for evidence as soon as the wire is there, then settles, or goes on watching what still runs. */
  recover(act: Act<Session>, baseline: Evidence): Promise<void>;
}

/** Returns the follower of one driver start. */
export function createFollower<Session>(options: FollowerOptions<Session>): Follower<Session> {
  const { halt, isLatched, context, store, wire, journal, contextOf, linkClock, shutdown, log } = options;

  /** Where the journal could not take the mark of the halt before the end, the end itself bears it. */
  const markedAsHalted = (end: End): End => ({
    ...end,
    evidence: { stopSentAt: linkClock.now(), ...end.evidence },
  });
  const wasStopSent = (act: Act<Session>) =>
    act.isHalted || store.find(act.commandId)?.evidence?.["stopSentAt"] !== undefined;

  const watch: Follower<Session>["watch"] = async (act, session, baseline, starting) => {
    const { operation, order } = act;
    const { signal } = act.watching;
    let ending: Ending | null = null;
    try {
      await starting;
      if (act.isHalted) return null;
      act.watchedOver = session;
      ending = await operation.watch(session, order.params, baseline, contextOf(act));
    } catch (error) {
      if (shutdown.aborted) return null;
      if (!signal.aborted) {
        log.warn({ commandId: act.commandId, reason: textOf(error) }, "contact was lost during the act");
        wire.drop(session);
      }
    } finally {
      act.watchedOver = null;
    }
    // While a stop is under way its word counts, and after one without a word evidence: to `watch`, an act cut short may look like one that is over.
    ending = (await act.stopping) ?? (act.isHalted ? null : ending);
    if (ending === null || shutdown.aborted) return null;
    // A person says what was done, whatever had been sent; an instrument is asked once more, and then nobody can tell.
    const isUnsure = ending.state === "succeeded" && operation.asks === undefined && wasStopSent(act);
    if (!isUnsure) return endOf(operation.result, ending);
    if (act.wasUnsure)
      return inDoubt("a stop was sent, and its driver calls the act over where a search for evidence finds it running");
    act.wasUnsure = true;
    return null;
  };

  const recover: Follower<Session>["recover"] = async (act, baseline) => {
    const { operation, order } = act;
    const backOff = createBackOff(250, 15_000);
    let failedProbes = 0;
    while (!shutdown.aborted) {
      const session = await wire.next(shutdown);
      const { signal } = act.watching;
      let end: End | null = null;
      let isRunning = false;
      try {
        const finding = await operation.probe(session, order.params, baseline, contextOf(act));
        if (shutdown.aborted) return;
        end = endOfFinding(operation.result, finding, wasStopSent(act), act.isHalted ? "an E-STOP came" : undefined);
        isRunning = end === null;
        if (isRunning && act.isHalted && isLatched()) await halt?.(session, context);
      } catch (error) {
        if (shutdown.aborted) return;
        // Broken off by an E-STOP, which is no fault of the wire: look again.
        if (signal.aborted) continue;
        log.warn({ commandId: act.commandId, reason: textOf(error) }, "the search for evidence failed");
        // Over a lost wire the question stays open; an instrument that answers nonsense will go on doing so.
        if (wire.session() === session && ++failedProbes >= probeTries) {
          end = inDoubt(`the search for evidence failed ${probeTries} times: ${textOf(error)}`);
        }
        wire.drop(session);
      }
      if (isRunning && !act.isHalted) end = await watch(act, session, baseline, Promise.resolve());
      if (end !== null) return journal.settle(act, act.isHalted ? markedAsHalted(end) : end);
      await sleep(linkClock, backOff.next(), shutdown);
    }
  };

  return { watch, recover };
}
