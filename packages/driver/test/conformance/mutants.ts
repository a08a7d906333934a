import type { MemoryBus } from "@labloop/bus";
import type { DeviceMessage, Execute } from "@labloop/contracts";
import { paramsHashOf } from "@labloop/contracts/digest";
import type { Subject } from "../../src/conformance/index.ts";
import type { DeviceDefinition, Finding, LineExchange } from "../../src/index.ts";
import { storeWith } from "../support/failing-store.ts";
import { counterDevice } from "../support/counter.ts";
import { counterSubject, countingBoth, stamp } from "./counter-suite.ts";

/** A driver with one rule of the contract taken out, and the check that must name it. */
export interface Mutant {
  readonly what: string;
  readonly check: string;
  readonly subject: () => Subject;
}

function stopsNothing(): Subject {
  const { press, ...others } = stamp.operations;
  const error = { code: "test.stopped", message: "stopped", class: "crash" } as const;
  const stop = async () => ({ state: "failed", physical: "partial", error }) as const;
  const operations = { press: { ...press!, stop }, ...others };
  return counterSubject({ definition: { ...stamp, operations }, plant: countingBoth });
}

/** Its act is over before its end is told, so that nothing goes on afterwards: only the count shows it. */
function haltsNothing(): Subject {
  const halt = async () => {};
  return counterSubject({ definition: { ...stamp, halt }, plant: countingBoth });
}

function throwsAtStop(): Subject {
  const { press, ...others } = stamp.operations;
  const stop = () => Promise.reject(new TypeError("no such thing"));
  return counterSubject({ definition: { ...stamp, operations: { ...others, press: { ...press!, stop } } } });
}

/** Returns a bus whose messages are changed on their way in and out. */
function busWith(
  bus: MemoryBus,
  change: {
    readonly execute?: (execute: Execute, deliver: (execute: Execute) => void) => void;
    readonly report?: (message: DeviceMessage) => DeviceMessage;
    readonly isDeafTo?: string;
    readonly isDeafToAcks?: boolean;
    readonly announce?: (payload: object) => object;
  },
): MemoryBus {
  return {
    get isUp() {
      return bus.isUp;
    },
    publish(key, name, payload) {
      const changed =
        key === "report"
          ? (change.report?.(payload as DeviceMessage) ?? payload)
          : key === "caps" || key === "state"
            ? (change.announce?.(payload) ?? payload)
            : payload;
      return bus.publish(key, name, changed as typeof payload);
    },
    subscribe(subscription) {
      if (subscription.key === change.isDeafTo) return () => {};
      const { execute } = change;
      if (subscription.key === "control" && change.isDeafToAcks === true) {
        return bus.subscribe({
          ...subscription,
          onDelivery(delivery) {
            if ((delivery.payload as { kind: string }).kind !== "ack") subscription.onDelivery(delivery);
          },
        });
      }
      if (subscription.key !== "command" || execute === undefined) return bus.subscribe(subscription);
      return bus.subscribe({
        ...subscription,
        onDelivery(delivery) {
          execute(delivery.payload as Execute, (payload) =>
            subscription.onDelivery({ ...delivery, payload } as typeof delivery),
          );
        },
      });
    },
    onUp: (listener) => bus.onUp(listener),
    onDown: (listener) => bus.onDown(listener),
    close: () => bus.close(),
    drop: () => bus.drop(),
    rejoin: () => bus.rejoin(),
  };
}

/** Every copy of a command gets an id of its own, so that the journal knows none of them; its reports get the first back. */
function forgetful(): NonNullable<Subject["around"]> {
  const seen = new Map<string, number>();
  const original = new Map<string, string>();
  let next = 500_000;
  return {
    bus: (bus) =>
      busWith(bus, {
        execute(execute, deliver) {
          const copies = (seen.get(execute.commandId) ?? 0) + 1;
          seen.set(execute.commandId, copies);
          if (copies === 1) return deliver(execute);
          const commandId = `${execute.stepId}.${1_000 + copies}`;
          original.set(commandId, execute.commandId);
          deliver({ ...execute, commandId, dseq: next++ });
        },
        report: (message) => {
          const id = "commandId" in message ? original.get(message.commandId ?? "") : undefined;
          return id === undefined ? message : ({ ...message, commandId: id } as DeviceMessage);
        },
      }),
  };
}

/** What was to be durable is told, and is gone when the process dies. */
function reportsBeforeFsync(): NonNullable<Subject["around"]> {
  return {
    store(store) {
      const cache = new Map<string, NonNullable<ReturnType<typeof store.find>>>();
      const lazy = storeWith(store, (change, write) => {
        if (change.record === undefined) return write();
        cache.set(change.record.commandId, change.record);
      });
      return {
        ...lazy,
        get head() {
          return store.head;
        },
        find: (commandId) => cache.get(commandId) ?? store.find(commandId),
        unacked: () => [...store.unacked(), ...cache.values()],
      };
    },
  };
}

/** As with a misspelt command: the instrument refuses every order. */
function failsAlways(): Subject {
  const report = (message: DeviceMessage): DeviceMessage => {
    if (message.kind !== "report" || message.state !== "succeeded") return message;
    const error = { code: "counter.refused", message: "ERR 1", class: "instrument" } as const;
    return { ...message, state: "failed", physical: "none", error };
  };
  return counterSubject({ around: { bus: (bus) => busWith(bus, { report }) } });
}

function liesOfOneResult(): Subject {
  const { liar } = counterDevice.operations;
  return counterSubject({
    definition: { ...stamp, operations: { ...stamp.operations, liar: liar! } } as DeviceDefinition,
  });
}

/** Limits are announced, and nobody looks at them. */
function ignoresLimits(): Subject {
  const loose = Object.fromEntries(
    Object.entries(stamp.operations).map(([name, operation]) => {
      const force = { type: "quantity", unit: "N" } as const;
      return [name, { ...operation, params: { ...operation.params, force } }];
    }),
  );
  const announce = (payload: object) => {
    const text = JSON.stringify(payload);
    return JSON.parse(
      text.replaceAll('{"type":"quantity","unit":"N"}', '{"type":"quantity","unit":"N","maximum":100}'),
    );
  };
  return counterSubject({
    definition: { ...stamp, operations: loose } as DeviceDefinition,
    around: { bus: (bus) => busWith(bus, { announce: announce as (payload: object) => object }) },
  });
}

function withProbe(finding: Finding): Subject {
  const operations = Object.fromEntries(
    Object.entries(stamp.operations).map(([name, operation]) => [name, { ...operation, probe: async () => finding }]),
  );
  return counterSubject({ definition: { ...stamp, operations } as DeviceDefinition });
}

/** Sessions over which an act was cut short: nothing of it outlives the process. */
const stoppedHere = new WeakSet<object>();

/**
 * Honest, also after a stop, as long as its process lives. One that was started after a stop takes an act that was not
 * finished for one that never began.
 */
export function liesOnlyAfterStopAndRestart(): Subject {
  const { telling, press } = stamp.operations;
  const halt: NonNullable<DeviceDefinition["halt"]> = async (session, context) => {
    const { exchange } = session as { readonly exchange: LineExchange };
    const [state = ""] = await exchange.ask("COUNT?", { timeoutMs: 500 });
    if (!state.endsWith(" -")) stoppedHere.add(session as object);
    await stamp.halt?.(session, context);
  };
  const operation: DeviceDefinition["operations"][string] = {
    ...telling!,
    async stop(session, context) {
      stoppedHere.add(session as object);
      return press!.stop!(session, context);
    },
    async probe(session, params, baseline, context) {
      const finding = await telling!.probe(session, params, baseline, context);
      if (finding.outcome !== "partial" || stoppedHere.has(session as object)) return finding;
      return { outcome: "not-happened", decisive: true, isUnbegun: true, evidence: finding.evidence };
    },
  };
  return counterSubject({ definition: { ...stamp, halt, operations: { telling: operation } } });
}

/** Knows that it cannot tell a whole act from one cut short, and says that it can. */
function claimsWholeness(): Subject {
  const { press } = stamp.operations;
  const probe: (typeof press & object)["probe"] = async (...asked) => {
    const finding = await press!.probe(...asked);
    return finding.outcome === "happened" ? { ...finding, isWhole: true } : finding;
  };
  return counterSubject({ definition: { ...stamp, operations: { press: { ...press!, probe } } } });
}

const done = { state: "succeeded", result: { count: 1 }, executed: {} } as const;

export const mutants: readonly Mutant[] = [
  { what: "takes an E-STOP and cuts nothing", check: "C7.5", subject: haltsNothing },
  { what: "runs a duplicate", check: "C3.2", subject: () => counterSubject({ around: forgetful() }) },
  {
    what: "reports before what it reports is durable",
    check: "C4.6",
    subject: () => counterSubject({ around: reportsBeforeFsync() }),
  },
  {
    what: "says in its probe that everything happened",
    check: "C7.4",
    subject: () => withProbe({ outcome: "happened", decisive: true, evidence: {}, ending: done, isWhole: true }),
  },
  {
    what: "says in its probe that nothing happened",
    check: "C7.2",
    subject: () => withProbe({ outcome: "not-happened", decisive: true, evidence: {} }),
  },
  {
    what: "takes an act that was cancelled before it died for one that never began",
    check: "C7.6",
    subject: liesOnlyAfterStopAndRestart,
  },
  {
    what: "takes an act that an E-STOP had cut short before it died for one that never began",
    check: "C7.7",
    subject: liesOnlyAfterStopAndRestart,
  },
  { what: "takes an act that was cut short for a whole one", check: "C7.5", subject: claimsWholeness },
  { what: "says that it has stopped an act which goes on", check: "C7.5", subject: stopsNothing },
  { what: "throws whenever it is to stop", check: "C5.1", subject: throwsAtStop },
  { what: "can do nothing of what it announces", check: "C2.1", subject: failsAlways },
  { what: "returns, of its last operation, another result than announced", check: "C2.1", subject: liesOfOneResult },
  { what: "ignores its limits", check: "C2.7", subject: ignoresLimits },
  {
    what: "does not latch",
    check: "C5.3",
    subject: () => counterSubject({ around: { bus: (bus) => busWith(bus, { isDeafTo: "estop" }) } }),
  },
  {
    what: "forgets its latch at a restart",
    check: "C5.5",
    subject: () =>
      counterSubject({
        around: {
          store(store) {
            return {
              ...storeWith(store, (_change, write) => write()),
              get head() {
                return { ...store.head, isLatched: false };
              },
            };
          },
        },
      }),
  },
  {
    what: "does not hear acknowledgements",
    check: "C3.6",
    subject: () => counterSubject({ around: { bus: (bus) => busWith(bus, { isDeafToAcks: true }) } }),
  },
  {
    what: "gives another answer to the same command each time",
    check: "C8.1",
    subject: () => {
      let count = 0;
      const operations = Object.fromEntries(
        Object.entries(stamp.operations).map(([name, operation]) => [
          name,
          { ...operation, watch: async () => ({ ...done, result: { count: count++ } }) },
        ]),
      );
      return counterSubject({ definition: { ...stamp, operations } as DeviceDefinition });
    },
  },
  {
    what: "announces its capabilities under a digest of others",
    check: "C1.2",
    subject: () => {
      const announce = (payload: object) =>
        "capsHash" in payload ? { ...payload, capsHash: paramsHashOf("x", {}) } : payload;
      return counterSubject({ around: { bus: (bus) => busWith(bus, { announce }) } });
    },
  },
];
