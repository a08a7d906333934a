import type { Cancel, RefusalCode, TopicKey, topics } from "@labloop/contracts";
import type { Seal, Trust } from "@labloop/contracts/signature";
import type * as z from "zod";

export type Payload<K extends TopicKey> = z.infer<(typeof topics)[K]["schema"]>;

/** A message that satisfied its topic's schema. */
export interface Delivery<K extends TopicKey> {
  readonly key: K;
  /** The device or cell that the topic names. */
  readonly name: string;
  readonly payload: Payload<K>;
  /** True when the broker had kept it: never to be obeyed as a command. */
  readonly retained: boolean;
}

/** A message that did not: counted and answered, never thrown. `commandId` is there when it could still be read. */
export interface Malformed {
  readonly key: TopicKey;
  readonly name: string;
  readonly code: Extract<
    RefusalCode,
    "oversize" | "malformed" | "bad-signature" | "unknown-version" | "unknown-kind" | "wrong-device"
  >;
  readonly message: string;
  readonly commandId: string | null;
}

export interface Subscription<K extends TopicKey> {
  readonly key: K;
  /** A device or cell, or `+` for all. */
  readonly name: string;
  readonly onDelivery: (delivery: Delivery<K>) => void;
  readonly onMalformed?: (malformed: Malformed) => void;
}

/**
 * One client's link to the broker, over MQTT or in memory. Messages may be lost, repeated, delayed and reordered:
 * whatever must hold is kept by the journals at both ends.
 */
export interface Bus {
  readonly isUp: boolean;
  /**
   * Resolves when the broker has taken the message (QoS 1: acknowledged). Rejects with `bus.down` at once while
   * disconnected: nothing is ever queued for later, since a late command is a dangerous one (T2).
   */
  publish<K extends TopicKey>(key: K, name: string, payload: Payload<K>): Promise<void>;
  /** Takes effect at once when up, and again on every connect, before `onUp` listeners are called. */
  subscribe<K extends TopicKey>(subscription: Subscription<K>): Cancel;
  /** Called after every connect once all subscriptions are acknowledged: the place to announce oneself. */
  onUp(listener: () => void): Cancel;
  /** Called when the link is lost, with why. */
  onDown(listener: (reason: string) => void): Cancel;
  /** Says goodbye (the will is not sent) and stops; resolves when nothing of it is left. */
  close(): Promise<void>;
}

/**
 * What the broker announces for a client that vanishes. Whoever opens a bus passes a function, asked at every connect, so
 * that a death can name the very connection that it ends (`bdSeq`, contract section 5).
 */
export interface Will<K extends TopicKey = TopicKey> {
  readonly key: K;
  readonly name: string;
  readonly payload: Payload<K>;
}

/** How a client proves what it says, and what it believes; without them messages go unsigned and pass unsigned. */
export interface Authority {
  /** Signs everything that the client publishes, its will included. */
  readonly seal?: Seal | undefined;
  /** Judges what arrives, as it was parsed; what it does not believe comes as `bad-signature` and is never delivered. */
  readonly trust?: Trust | undefined;
}
