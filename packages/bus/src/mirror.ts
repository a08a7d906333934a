import { topicOf } from "@labloop/contracts";
import type { IClientPublishOptions } from "mqtt";

type Properties = NonNullable<IClientPublishOptions["properties"]>;

/** What of a message its MQTT 5 properties repeat. */
interface Mirrored {
  readonly v: number;
  readonly kind: string;
  readonly epoch?: number;
  readonly trace?: string | undefined;
  readonly commandId?: string | undefined;
  readonly rid?: string | undefined;
  readonly ttlMs?: number;
  readonly issuedAt?: string;
}

/**
 * Returns a message's MQTT 5 properties (T6), for brokers and for tools that watch them; receivers decide by the envelope
 * and never read these. `now` is what the ttl that is left is counted from; the expiry is whole seconds, rounded up, so
 * that a broker never drops what a device would still take.
 */
export function mirrorsOf(lab: string, name: string, message: Mirrored, now: number): Properties {
  const { v, kind, epoch, trace, commandId, rid, ttlMs, issuedAt } = message;
  const isOrder = epoch !== undefined && issuedAt !== undefined;
  const correlation = commandId ?? rid;
  const age = issuedAt === undefined ? 0 : Math.max(0, now - Date.parse(issuedAt));
  return {
    ...(isOrder ? { responseTopic: topicOf(lab, "report", name) } : {}),
    ...(correlation === undefined ? {} : { correlationData: Buffer.from(correlation) }),
    ...(ttlMs === undefined ? {} : { messageExpiryInterval: Math.max(1, Math.ceil((ttlMs - age) / 1_000)) }),
    userProperties: {
      v: String(v),
      kind,
      ...(epoch === undefined ? {} : { epoch: String(epoch) }),
      ...(trace === undefined ? {} : { traceparent: trace }),
    },
  };
}
