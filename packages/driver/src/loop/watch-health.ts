import { type Clock, type Health, type Log, sleep } from "@labloop/contracts";
import * as z from "zod";
import type { DriverContext, HealthWatch } from "../define-device.ts";
import { timestamp } from "./messages.ts";
import { textOf } from "./text-of.ts";
import type { WireKeeper } from "./wire-keeper.ts";

/** How long a look may take before people are told that the driver does not say; chosen. */
const patienceMs = 30_000;
/** What a heartbeat takes of words. */
const maxLength = 500;

/** Drivers that were not compiled may say anything. */
const Word = z.union([z.literal("ok"), z.object({ attention: z.string().min(1) })]);

export interface WatchHealthOptions<Session> {
  readonly declared: HealthWatch<Session> | undefined;
  readonly context: DriverContext;
  readonly wire: WireKeeper<Session>;
  /** Whether acts are under way. */
  readonly isActing: () => boolean;
  readonly linkClock: Clock;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/**
 * Has the driver look after its instrument as long as there is a session, until aborted; returns what tells its last word.
 *
 * Nothing waits for a look. One that throws, or says what is no word, makes the condition unknown; one that hangs does so
 * too, and is not repeated over the same session until it has ended.
 */
export function watchHealth<Session>(options: WatchHealthOptions<Session>): () => Health | null {
  const { declared, context, wire, isActing, linkClock, signal, log } = options;
  if (declared === undefined) return () => null;
  const { everyMs = 60_000, whileActing = false, look } = declared;
  let known: Health | null = null;
  /** What was said over another session says nothing of the present. */
  let saidOver: Session | null = null;

  const note = (session: Session, state: Health["state"], words?: string) => {
    if (signal.aborted || wire.session() !== session) return;
    const message = words === undefined ? {} : { message: words.slice(0, maxLength) };
    const since = known?.state === state ? known.since : timestamp(linkClock.now());
    // Once a change: what is wrong may stay so for hours.
    if (known?.state !== state && state !== "ok") log.warn(message, `the instrument's condition: ${state}`);
    known = { state, ...message, since };
    saidOver = session;
  };

  const lookOnce = async (session: Session) => {
    let isOver = false;
    const cancel = linkClock.at(linkClock.now() + patienceMs, () => {
      note(session, "unknown", `its driver has not answered for ${patienceMs / 1_000} s`);
    });
    const startedAt = linkClock.now();
    // In an async function, so that what a driver throws at once is a rejection too.
    void (async () => Word.parse(await look(session, context)))()
      .then(
        (word) => (word === "ok" ? note(session, "ok") : note(session, "attention", word.attention)),
        (error: unknown) => note(session, "unknown", `its driver could not tell: ${textOf(error)}`),
      )
      .finally(() => {
        isOver = true;
        cancel();
      });
    do {
      const tookMs = linkClock.now() - startedAt;
      await sleep(linkClock, Math.max(1, tookMs < everyMs ? everyMs - tookMs : everyMs), signal);
    } while (!isOver && wire.session() === session);
    cancel();
  };

  const run = async () => {
    for (;;) {
      const session = await wire.next(signal);
      if (isActing() && !whileActing) await sleep(linkClock, Math.max(1, everyMs), signal);
      else await lookOnce(session);
    }
  };
  run().catch((error: unknown) => {
    if (!signal.aborted) log.error({ error }, "the watch over the instrument's condition has stopped");
  });
  return () => (saidOver !== null && wire.session() === saidOver ? known : null);
}
