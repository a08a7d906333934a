import { createSeededIds, createVirtualClock } from "@labloop/clock";
import {
  definePlant,
  openInProcessRig,
  runSuite,
  type Subject,
  type SuiteOptions,
  type SuiteResult,
  virtualTime,
} from "../../src/conformance/index.ts";
import { createStreamPair, type DeviceDefinition } from "../../src/index.ts";
import { counterDevice, type CounterPlant, createCounterPlant } from "../support/counter.ts";

/** A press that may be stopped, a stroke that tells whether it was cut short, and one that cannot be looked for. */
const { press, telling, blind } = counterDevice.operations;

export const stamp = {
  ...counterDevice,
  operations: { press: press!, telling: telling!, blind: blind! },
} as unknown as DeviceDefinition;

const begun = ({ strokes }: CounterPlant) => [...strokes.values()].reduce((sum, count) => sum + count, 0);
const finished = (counter: CounterPlant) => {
  const { strokes, cutShort } = counter;
  return [...strokes.keys()].filter((tag) => tag !== counter.underWay() && !cutShort.has(tag)).length;
};

const plant = plantCounting(begun);
/** Tells apart what came to its end. */
export const countingBoth = plantCounting(begun, finished);

/** As a plant whose author counts strokes that came to their end. */
export const countingFinished = plantCounting(finished);

function plantCounting(acts: (counter: CounterPlant) => number, wholes?: (counter: CounterPlant) => number) {
  return definePlant({
    config: { greeting: "HELLO" },
    open({ linkClock }) {
      const counter = createCounterPlant(linkClock);
      let laidOut = 0;
      return {
        openWire() {
          const [near, far] = createStreamPair(linkClock, { delayMs: 2 });
          counter.attach(far);
          return near;
        },
        layOut: () => ({
          tag: `part-${laidOut++}`,
          force: { value: 5, unit: "N" },
          duration: { value: 200, unit: "ms" },
        }),
        acts: () => acts(counter),
        ...(wholes === undefined ? {} : { wholes: () => wholes(counter) }),
      };
    },
  });
}

export function counterSubject(change: Partial<Subject> = {}): Subject {
  return { definition: stamp, config: { greeting: "HELLO" }, plant, ...change };
}

/** Runs the suite on the counter in virtual time. */
export function suiteOf(subject: Subject, change: Partial<SuiteOptions> = {}): Promise<SuiteResult> {
  return runSuite({
    openRig({ seed, heartbeatMs }) {
      const clock = createVirtualClock(Date.parse("2026-01-05T08:00:00.000Z"));
      const idsOf = (scope: string) => createSeededIds(clock, seed, scope);
      return openInProcessRig(subject, { time: virtualTime(clock), idsOf, seed, heartbeatMs, heapBytes: () => 0 });
    },
    isKept: false,
    seed: 1,
    soak: 0,
    recorded: null,
    now: () => performance.now(),
    ...change,
  });
}
