import { type Duration, expectedMs, LabError, sleep, type Values } from "@labloop/contracts";
import * as z from "zod";
import type { DriverContext, Evidence } from "../define-device.ts";
import type { DeclaredFault } from "./fault-declaration.ts";
import { raise } from "./faults.ts";
import { judgeCounter } from "./judge-counter.ts";
import type { ActFunctions, AnyCountedForm, InstrumentState, TypedContext } from "./operation-form.ts";

/** For how long an instrument that took an order may not yet show that it is at it, ms of real time: chosen. */
const beginMs = 1_000;
/** For how long it may go on after it took a stop, ms of lab time: chosen. */
const stopMs = 30_000;

const Counted = z.object({ count: z.number() });

const busy: DeclaredFault = {
  code: "device.busy",
  message: "the instrument is at work already",
  hint: "wait for its end, or stop it",
  physical: "none",
};
const stopped: DeclaredFault = {
  code: "device.stopped",
  message: "the act was stopped before its end",
  physical: "partial",
};
const ended: DeclaredFault = {
  code: "device.stoppedLate",
  message: "the act had come to its end when it was stopped",
  physical: "full",
};

/**
 * Returns the functions of an act that the instrument counts. A refusal ends it with nothing moved; a wire that dies after
 * the order leads to the counter; nothing is taken for its end but an instrument at rest.
 */
export function countedFunctions<Session>(form: AnyCountedForm<Session>): ActFunctions<Session> {
  const { start, stop, finish, duration } = form;
  const { rises, state } = form.probe;
  const everyMs = form.everyMs ?? Math.min(2_000, Math.max(100, duration.typicalMs / 50));
  /** The counts before the acts that are being watched, by command id: a stop is not told. */
  const watched = new Map<string, number>();

  /** The state, once two readings agree: what is asked in several questions may change between two of them. */
  async function settled(session: Session, context: DriverContext): Promise<InstrumentState> {
    let seen = await state(session, context);
    for (;;) {
      const again = await state(session, context);
      if (again.isBusy === seen.isBusy && again.count === seen.count) return again;
      seen = again;
    }
  }

  const isWhole = (seen: InstrumentState, before: number) =>
    seen.count === before + 1 && (rises === "end" ? seen.isWhole !== false : seen.isWhole === true);

  async function finished(
    session: Session,
    params: Values,
    context: TypedContext<Values, Values>,
    seen: InstrumentState,
  ) {
    const end = finish === undefined ? context.done({}) : await finish(session, params, context);
    return { ...end, evidence: end.evidence ?? evidenceOf(seen) };
  }

  return {
    async baseline(session, _params, context) {
      const seen = await settled(session, context);
      if (seen.isBusy) throw raise(busy, {}, evidenceOf(seen));
      return evidenceOf(seen);
    },

    start: (session, params, context) => start(session, params, context),

    async watch(session, params, context) {
      const { commandId, labClock, linkClock, signal } = context;
      const before = countOf(context.baseline);
      const watchedFrom = labClock.now();
      const expected = Math.max(1, expectedMs(duration as Duration, params));
      const beginBy = linkClock.now() + beginMs;
      watched.set(commandId, before);
      try {
        for (;;) {
          let seen = await state(session, context);
          if (!seen.isBusy) seen = await settled(session, context);
          const hasBegun = seen.count !== before || linkClock.now() >= beginBy;
          if (!seen.isBusy && hasBegun) {
            const isOver = rises === "end" ? seen.count === before : seen.isWhole === false;
            if (isOver && seen.count <= before + 1) throw raise(stopped, {}, evidenceOf(seen));
            if (seen.count === before + 1) return await finished(session, params, context, seen);
            throw new LabError("device.otherCount", `it counted ${before} acts before and ${seen.count} after`);
          }
          context.progress(Math.min(1, (labClock.now() - watchedFrom) / expected));
          await sleep(labClock, everyMs, signal);
        }
      } finally {
        watched.delete(commandId);
      }
    },

    async probe(session, params, context) {
      const seen = await settled(session, context);
      const before = countOf(context.baseline);
      const found = judgeCounter(rises, { before, now: seen.count, isAtIt: seen.isBusy });
      if (found !== "happened") return { ...found, evidence: { ...evidenceOf(seen), ...found.evidence } };
      const evidence = { ...evidenceOf(seen), before };
      if (seen.isWhole === false) return { outcome: "partial", decisive: true, evidence };
      const ending = await finished(session, params, context, seen);
      return { outcome: "happened", decisive: true, isWhole: isWhole(seen, before), evidence, ending };
    },

    ...(stop === undefined
      ? {}
      : {
          async stop(session, context) {
            const before = watched.get(context.commandId);
            await stop(session, context);
            const { labClock, signal } = context;
            const giveUpAt = labClock.now() + stopMs;
            for (;;) {
              const seen = await settled(session, context);
              if (!seen.isBusy) {
                const how = before !== undefined && isWhole(seen, before) ? ended : stopped;
                return raise(how, {}, evidenceOf(seen)).ending;
              }
              if (labClock.now() >= giveUpAt) throw new LabError("device.goesOn", "it took the stop, and goes on");
              await sleep(labClock, everyMs, signal);
            }
          },
        }),
    probes: true,
  };
}

function countOf(baseline: Evidence): number {
  return Counted.parse(baseline).count;
}

/** What is not JSON of it, the kit leaves out. */
function evidenceOf(seen: InstrumentState): Evidence {
  return { ...seen };
}
