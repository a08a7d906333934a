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
import type { Freezer } from "./freezer.ts";
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

/** Who connects; what comes while its process stands still waits for it, and so does what it was about to send. */
interface NetworkClient {
  readonly clientId: string;
  readonly will?: () => Will;
  readonly freezer: Freezer;
  /** Told of everything that the process means to send, before anything can come in between. */
  readonly onPublishing?: (key: TopicKey) => void;
}

/** A message on its way, as the network saw it. */
export interface Passing {
  readonly from: string;
  readonly key: TopicKey;
  readonly name: string;
  readonly payload: unknown;
}

export interface Network {
  connect(process: NetworkClient): Link;
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

  function connect(client: NetworkClient): Link {
    const { clientId, freezer } = client;
    const subscriptions = new Set<Subscription<TopicKey>>();
    const ups = new Set<() => void>();
    const downs = new Set<(reason: string) => void>();
    /** Messages that arrive right after the next one of the same client. */
    const overtaken: (() => void)[] = [];
    let inner: MemoryBus | null = null;
    let isDead = false;

    function follow(subscription: Subscription<TopicKey>): () => void {
      if (inner === null) return () => {};
      return inner.subscribe({
        ...subscription,
        onDelivery(delivery) {
          if (link.isolated) return;
          freezer.hold(() => {
            if (isDead) return;
            onDelivered(clientId, delivery);
            subscription.onDelivery(delivery);
          });
        },
      });
    }
    const undo = new Map<Subscription<TopicKey>, () => void>();
    function reconnect(): void {
      if (isDead || broker === null || inner !== null) return;
      const opened = broker.connect(client);
      inner = opened;
      for (const subscription of subscriptions) undo.set(subscription, follow(subscription));
      const tell = (listeners: () => void) =>
        freezer.hold(() => {
          if (!isDead && inner === opened) listeners();
        });
      opened.onUp(() => tell(() => ups.forEach((listener) => listener())));
      opened.onDown((reason) => tell(() => downs.forEach((listener) => listener(reason))));
    }
    const self: Client = {
      reconnect: () => freezer.hold(reconnect),
      lose() {
        const wasUp = inner?.isUp === true;
        void inner?.close();
        inner = null;
        freezer.hold(() => {
          if (wasUp && !isDead) for (const listener of downs) listener("the broker died");
        });
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
        if (!isDead) {
          client.onPublishing?.(key);
          point(clientId);
        }
        const awake = freezer.awake();
        if (awake !== null) await awake;
        if (isDead || inner === null || !inner.isUp) throw new LabError("bus.down", `${clientId} is not connected`);
        const passing: Passing = { from: clientId, key, name, payload };
        if (link.isolated) return;
        onSent(passing);
        const what = fate(passing);
        const later = () => clock.at(clock.now() + delayMs(), () => inject(key, name, payload));
        const passed = overtaken.splice(0);
        if (what === "delay") later();
        else if (what === "reorder") overtaken.push(() => inject(key, name, payload));
        else if (what !== "drop") await inner.publish(key, name, payload);
        for (const arrive of passed) arrive();
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
          freezer.hold(() => {
            if (!isDead) cutting?.rejoin();
          });
        });
      },
      die: end,
      drop: end,
    };
    reconnect();
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
