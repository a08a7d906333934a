import type { Bus } from "@labloop/bus";
import { type Clock, type Log, type Reading, sleep } from "@labloop/contracts";
import type { DriverContext, Telemetry } from "../define-device.ts";
import { timestamp } from "./messages.ts";
import { textOf } from "./text-of.ts";
import type { WireKeeper } from "./wire-keeper.ts";

/** Contract section 3: batches. Chosen: as long as an interlock may wait for a reading, as short as messages stay few. */
const batchMs = 1_000;
/** What one message takes. */
const maxReadings = 1_000;

export interface TelemetryOptions<Session> {
  readonly telemetry: Telemetry<Session> | undefined;
  readonly deviceId: string;
  readonly bootId: string;
  readonly context: DriverContext;
  readonly wire: WireKeeper<Session>;
  readonly bus: () => Bus | null;
  readonly linkClock: Clock;
  readonly bootAt: number;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/**
 * Reads what the device declares, as long as there is a session, until aborted.
 *
 * A channel that cannot be read, or not as a number, is told as invalid with the value 0: silence and rubbish must trip an
 * interlock, never satisfy it (E15). What cannot be sent is dropped, never kept for later.
 */
export function runTelemetry<Session>(options: TelemetryOptions<Session>): void {
  const { telemetry, deviceId, bootId, context, wire, bus, linkClock, bootAt, signal, log } = options;
  if (telemetry === undefined) return;
  const { channels, everyMs, read } = telemetry;
  const counts = new Map<string, number>();
  let batch: Reading[] = [];
  let sentAt = Number.NEGATIVE_INFINITY;
  let isFailing = false;

  const sample = async (session: Session): Promise<Readonly<Record<string, number | null>>> => {
    try {
      const values = await read(session, context);
      isFailing = false;
      return values;
    } catch (error) {
      // Once for each run of failures: it may fail at every reading for hours.
      if (!isFailing && !signal.aborted) log.warn({ reason: textOf(error) }, "the telemetry could not be read");
      isFailing = true;
      return {};
    }
  };

  const send = async () => {
    const readings = batch;
    batch = [];
    sentAt = linkClock.now();
    const link = bus();
    if (readings.length === 0 || link === null || !link.isUp) return;
    const issuedAt = timestamp(linkClock.now());
    try {
      await link.publish("telemetry", deviceId, { v: 1, kind: "tel", device: deviceId, issuedAt, bootId, readings });
    } catch (error) {
      log.debug({ error }, "telemetry did not get out");
    }
  };

  const take = (values: Readonly<Record<string, number | null>>) => {
    for (const [channel, { unit }] of Object.entries(channels)) {
      const value = values[channel];
      const n = counts.get(channel) ?? 0;
      counts.set(channel, n + 1);
      const valid = typeof value === "number" && Number.isFinite(value);
      batch.push({ channel, value: valid ? value : 0, unit, tMono: linkClock.now() - bootAt, n, valid });
    }
  };

  const run = async () => {
    for (;;) {
      const session = await wire.next(signal);
      const startedAt = linkClock.now();
      const values = await sample(session);
      if (signal.aborted) return;
      take(values);
      const isDue = linkClock.now() - sentAt + everyMs > batchMs;
      if (isDue || batch.length + Object.keys(channels).length > maxReadings) void send();
      // An instrument that is slower than the period is asked again at once, never twice at a time.
      const tookMs = linkClock.now() - startedAt;
      await sleep(linkClock, Math.max(1, everyMs - tookMs), signal);
    }
  };
  run().catch((error: unknown) => {
    if (!signal.aborted) log.error({ error }, "the telemetry has stopped");
  });
}
