import {
  createMemoryBroker,
  encode,
  type Bus,
  type Delivery,
  type MemoryBus,
  type Subscription,
  type Will,
} from "@labloop/bus";
import { type Clock, LabError, type TopicKey, topicOf } from "@labloop/contracts";
import type { MessageFault } from "./mix.ts";

/** One client's link: it outlives brokers, and ends with its process. */
export interface Link extends Bus {
  readonly clientId: string;
  /** Loses everything in both directions, and nobody is told. */
  isolated: boolean;
  /** The connection breaks, and comes back by itself. */
  cut(forMs: number): void;
  /** The process is dead: the broker announces its will. */
  die(): void;
  drop(): void;
}

/** A message on its way, as the network saw it. */
export interface Passing {
  readonly from: string;
  readonly key: TopicKey;
  readonly name: string;
  readonly payload: unknown;
}

export interface Network {
  connect(client: { readonly clientId: string; readonly will?: () => Will }): Link;
  /** Dies, forgetting everything, and is back after a while. */
  crashBroker(forMs: number): void;
  inject(key: TopicKey, name: string, payload: unknown, isRetained?: boolean): void;
}

export interface NetworkOptions {
  readonly clock: Clock;
  /** Before and after each message: the process that sends it may die there. */
  readonly point: (clientId: string) => void;
  readonly fate: (passing: Passing) => MessageFault | null;
  readonly delayMs: () => number;
  readonly onSent: (passing: Passing) => void;
  readonly onDelivered: (clientId: string, delivery: Delivery<TopicKey>) => void;
}

const lab = "fault";

interface Client {
  reconnect(): void;
  lose(): void;
}

/** Returns a network around a broker of the real kind, which drops, repeats, delays and forgets as it is told. */
export function createNetwork(options: NetworkOptions): Network {
  const { clock, point, fate, delayMs, onSent, onDelivered } = options;
  let broker: ReturnType<typeof createMemoryBroker> | null = createMemoryBroker({ lab, clock });
  const clients = new Set<Client>();

  function inject(key: TopicKey, name: string, payload: unknown, isRetained = false): void {
    const topic = topicOf(lab, key, name);
    broker?.inject(topic, encode(key, name, payload as never), { retained: isRetained });
  }

  function connect(client: { readonly clientId: string; readonly will?: () => Will }): Link {
    const { clientId } = client;
    const subscriptions = new Set<Subscription<TopicKey>>();
    const ups = new Set<() => void>();
    const downs = new Set<(reason: string) => void>();
    let inner: MemoryBus | null = null;
    let isDead = false;

    function follow(subscription: Subscription<TopicKey>): () => void {
      if (inner === null) return () => {};
      return inner.subscribe({
        ...subscription,
        onDelivery(delivery) {
          if (isDead || link.isolated) return;
          onDelivered(clientId, delivery);
          subscription.onDelivery(delivery);
        },
      });
    }
    const undo = new Map<Subscription<TopicKey>, () => void>();
    const self: Client = {
      reconnect() {
        if (isDead || broker === null) return;
        const opened = broker.connect(client);
        inner = opened;
        for (const subscription of subscriptions) undo.set(subscription, follow(subscription));
        opened.onUp(() => {
          if (!isDead && inner === opened) for (const listener of ups) listener();
        });
        opened.onDown((reason) => {
          if (!isDead && inner === opened) for (const listener of downs) listener(reason);
        });
      },
      lose() {
        const wasUp = inner?.isUp === true;
        void inner?.close();
        inner = null;
        if (wasUp && !isDead) for (const listener of downs) listener("the broker died");
      },
    };
    clients.add(self);
    const end = () => {
      if (isDead) return;
      isDead = true;
      clients.delete(self);
      inner?.drop();
    };
    const link: Link = {
      clientId,
      isolated: false,
      get isUp() {
        return !isDead && inner?.isUp === true;
      },
      async publish(key, name, payload) {
        if (!isDead) point(clientId);
        if (isDead || inner === null || !inner.isUp) throw new LabError("bus.down", `${clientId} is not connected`);
        const passing: Passing = { from: clientId, key, name, payload };
        if (link.isolated) return;
        onSent(passing);
        const what = fate(passing);
        const later = () => clock.at(clock.now() + delayMs(), () => inject(key, name, payload));
        if (what === "delay") later();
        else if (what !== "drop") await inner.publish(key, name, payload);
        if (what === "duplicate") later();
        if (!isDead) point(clientId);
      },
      subscribe(subscription) {
        const known = subscription as unknown as Subscription<TopicKey>;
        subscriptions.add(known);
        undo.set(known, follow(known));
        return () => {
          subscriptions.delete(known);
          undo.get(known)?.();
        };
      },
      onUp(listener) {
        ups.add(listener);
        return () => void ups.delete(listener);
      },
      onDown(listener) {
        downs.add(listener);
        return () => void downs.delete(listener);
      },
      async close() {
        isDead = true;
        clients.delete(self);
        await inner?.close();
      },
      cut(forMs) {
        const cutting = inner;
        cutting?.drop();
        clock.at(clock.now() + forMs, () => {
          if (!isDead) cutting?.rejoin();
        });
      },
      die: end,
      drop: end,
    };
    self.reconnect();
    return link;
  }

  return {
    connect,
    inject,
    crashBroker(forMs) {
      if (broker === null) return;
      broker = null;
      for (const client of clients) client.lose();
      clock.at(clock.now() + forMs, () => {
        broker = createMemoryBroker({ lab, clock });
        for (const client of clients) client.reconnect();
      });
    },
  };
}
