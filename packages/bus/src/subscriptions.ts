import { type TopicKey, topicOf } from "@labloop/contracts";
import type { Trust } from "@labloop/contracts/signature";
import type { Subscription } from "./bus.ts";
import { decode, isMalformed } from "./codec.ts";

/** What one client listens to. */
interface Subscriptions {
  add<K extends TopicKey>(subscription: Subscription<K>): void;
  remove<K extends TopicKey>(subscription: Subscription<K>): void;
  /** The topic filters in use, each once. */
  filters(): string[];
  /** Hands a message to every subscription that it concerns; foreign topics concern none. */
  dispatch(topic: string, bytes: Uint8Array, retained: boolean): void;
}

/** Returns an empty set of subscriptions in a lab; both buses check and hand on what arrives through one of these. */
export function createSubscriptions(lab: string, trust?: Trust): Subscriptions {
  const entries = new Set<Subscription<TopicKey>>();
  return {
    add: (subscription) => void entries.add(widen(subscription)),
    remove: (subscription) => void entries.delete(widen(subscription)),
    filters: () => [...new Set([...entries].map(({ key, name }) => topicOf(lab, key, name)))],
    dispatch(topic, bytes, retained) {
      const message = decode(lab, topic, bytes, retained, trust);
      if (message === null) return;
      const concerned = [...entries].filter(
        ({ key, name }) => key === message.key && (name === "+" || name === message.name),
      );
      for (const subscription of concerned) {
        if (isMalformed(message)) subscription.onMalformed?.(message);
        else subscription.onDelivery(message);
      }
    },
  };
}

/** A subscription is only called with deliveries of its own key, which the type of a mixed set cannot say. */
function widen<K extends TopicKey>(subscription: Subscription<K>): Subscription<TopicKey> {
  return subscription as unknown as Subscription<TopicKey>;
}
