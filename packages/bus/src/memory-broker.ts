import { type Clock, LabError, topicOf, topics } from "@labloop/contracts";
import type { Authority, Bus, Will } from "./bus.ts";
import { encode, leafOf } from "./codec.ts";
import { createSubscriptions } from "./subscriptions.ts";

/** A bus on an in-memory broker, whose link a test can cut and mend. */
export interface MemoryBus extends Bus {
  /** Vanishes without goodbye: the broker announces the will. The bus stays down until `rejoin`. */
  drop(): void;
  /** Connects again, as a bus over MQTT does by itself. */
  rejoin(): void;
}

/** MQTT's part in a process of its own: retained topics, wills, one client per id, order kept per client. */
export interface MemoryBroker {
  /** Connects at once, on the clock's next turn. A client that holds the same id is dropped (`will` as for MQTT). */
  connect(client: { clientId: string; will?: () => Will } & Authority): MemoryBus;
  /**
   * Hands bytes to whoever listens to the topic, as a foreign or hostile broker might: neither checked nor kept, and
   * with the retain flag as given.
   */
  inject(topic: string, bytes: Uint8Array, flags?: { retained: boolean }): void;
}

interface Connection {
  /** Each filter with its levels. */
  readonly filters: Map<string, readonly string[]>;
  readonly will: { readonly topic: string; readonly bytes: Uint8Array; readonly isKept: boolean } | null;
  receive(topic: string, bytes: Uint8Array, retained: boolean): void;
  cut(reason: string): void;
}

/** Returns a broker whose every delivery is a timer at the clock's present, so that virtual runs are deterministic. */
export function createMemoryBroker({ lab, clock }: { lab: string; clock: Clock }): MemoryBroker {
  const connections = new Map<string, Connection>();
  const retained = new Map<string, Uint8Array>();

  function spread(topic: string, bytes: Uint8Array, isRetained: boolean): void {
    const levels = topic.split("/");
    for (const connection of connections.values()) {
      for (const wanted of connection.filters.values()) {
        if (!matches(wanted, levels)) continue;
        connection.receive(topic, bytes, isRetained);
        break;
      }
    }
  }

  function publish(topic: string, bytes: Uint8Array, isKept: boolean): void {
    if (isKept) retained.set(topic, bytes);
    spread(topic, bytes, false);
  }

  function subscribe(connection: Connection, filter: string): void {
    const wanted = filter.split("/");
    connection.filters.set(filter, wanted);
    for (const [topic, bytes] of retained) {
      if (matches(wanted, topic.split("/"))) connection.receive(topic, bytes, true);
    }
  }

  function vanish(clientId: string, connection: Connection, reason: string): void {
    if (connections.get(clientId) !== connection) return;
    connections.delete(clientId);
    if (connection.will !== null) publish(connection.will.topic, connection.will.bytes, connection.will.isKept);
    connection.cut(reason);
  }

  return {
    inject: (topic, bytes, flags = { retained: false }) => spread(topic, bytes, flags.retained),
    connect({ clientId, will: lastWill, seal, trust }) {
      const subscriptions = createSubscriptions(lab, trust);
      const upListeners = new Set<() => void>();
      const downListeners = new Set<(reason: string) => void>();
      let connection: Connection | null = null;
      let cancelConnect = clock.at(clock.now(), connect);
      let isClosed = false;

      function connect(): void {
        const holder = connections.get(clientId);
        if (holder !== undefined) vanish(clientId, holder, `another client took the id ${clientId}`);
        const opened = open(lastWill?.());
        connection = opened;
        connections.set(clientId, opened);
        for (const filter of subscriptions.filters()) subscribe(opened, filter);
        for (const listener of upListeners) listener();
      }

      function open(will: Will | undefined): Connection {
        const queue: (() => void)[] = [];
        const opened: Connection = {
          filters: new Map(),
          will:
            will === undefined
              ? null
              : {
                  topic: topicOf(lab, will.key, will.name),
                  bytes: encode(will.key, will.name, will.payload, seal),
                  isKept: topics[will.key].retain,
                },
          receive(topic, bytes, isRetained) {
            queue.push(() => subscriptions.dispatch(topic, bytes, isRetained));
            // Each timer takes the oldest message, whatever order a clock gives to timers of one instant.
            clock.at(clock.now(), () => {
              const deliver = queue.shift();
              if (connection === opened) deliver?.();
            });
          },
          cut(reason) {
            connection = null;
            for (const listener of downListeners) listener(reason);
          },
        };
        return opened;
      }

      return {
        get isUp() {
          return connection !== null;
        },
        async publish(key, name, payload) {
          if (connection === null) throw new LabError("bus.down", `${clientId} is not connected to the broker`);
          publish(topicOf(lab, key, name, leafOf(payload)), encode(key, name, payload, seal), topics[key].retain);
        },
        subscribe(subscription) {
          subscriptions.add(subscription);
          const filter = topicOf(lab, subscription.key, subscription.name);
          if (connection !== null) subscribe(connection, filter);
          return () => {
            subscriptions.remove(subscription);
            if (!subscriptions.filters().includes(filter)) connection?.filters.delete(filter);
          };
        },
        onUp(listener) {
          upListeners.add(listener);
          return () => void upListeners.delete(listener);
        },
        onDown(listener) {
          downListeners.add(listener);
          return () => void downListeners.delete(listener);
        },
        async close() {
          isClosed = true;
          cancelConnect();
          if (connection !== null && connections.get(clientId) === connection) connections.delete(clientId);
          connection = null;
        },
        drop() {
          cancelConnect();
          if (connection !== null) vanish(clientId, connection, "the link was cut");
        },
        rejoin() {
          if (isClosed || connection !== null) return;
          cancelConnect();
          cancelConnect = clock.at(clock.now(), connect);
        },
      };
    },
  };
}

function matches(wanted: readonly string[], levels: readonly string[]): boolean {
  return wanted.length === levels.length && wanted.every((level, index) => level === "+" || level === levels[index]);
}
