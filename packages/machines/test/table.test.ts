import { advance, begin, type Persisted } from "@labloop/machines";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AnyStateMachine, assign, initialTransition, setup, transition } from "xstate";
import { tableOf } from "../src/table.ts";
import { charts } from "./charts.ts";

/** What is compared of a step that XState makes: the state as JSON has it, and the actions that it asks for. */
function asData([{ value, context }, actions]: ReturnType<typeof transition<AnyStateMachine>>) {
  return { state: { value, context }, effects: actions.map(({ type, params }) => ({ type, params })) };
}

describe.each(charts.map((chart) => [chart.machine.id, chart] as const))("%s", (_, { machine, input, events }) => {
  it("I7: begins and goes on as XState itself has it, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), { maxLength: 25 }), (sequence) => {
        let snapshot = initialTransition<AnyStateMachine>(machine, input)[0];
        const first = begin(machine, input);
        expect(first).toEqual(asData(initialTransition<AnyStateMachine>(machine, input)));
        let state: Persisted<AnyStateMachine> = first.state;
        for (const event of sequence) {
          const expected = transition<AnyStateMachine>(machine, snapshot, event);
          const { hasMoved, ...next } = advance(machine, state, event);
          expect(next).toEqual(asData(expected));
          expect(Object.keys(next.state.context)).toEqual(Object.keys(expected[0].context as object));
          expect(hasMoved || next.state === state).toBe(true);
          snapshot = expected[0];
          state = next.state;
        }
      }),
      { numRuns: 300 },
    );
  });

  it("I7: goes on from each of its states, by each of its events, as XState itself does", () => {
    const { context } = begin(machine, input).state;
    for (const value of Object.keys(machine.states)) {
      for (const event of events) {
        const before = machine.resolveState({ value, context });
        const { hasMoved: _, ...next } = advance(machine, { value, context }, event);
        expect(next).toEqual(asData(transition<AnyStateMachine>(machine, before, event)));
      }
    }
  });
});

const plain = setup({ actions: { effect: () => undefined }, guards: { isSo: () => true } });

it.each<[string, () => AnyStateMachine]>([
  [
    "states within states",
    () => plain.createMachine({ initial: "a", states: { a: { initial: "b", states: { b: {} } } } }),
  ],
  ["a move without an event", () => plain.createMachine({ initial: "a", states: { a: { always: "b" }, b: {} } })],
  ["a move after a time", () => plain.createMachine({ initial: "a", states: { a: { after: { 10: "b" } }, b: {} } })],
  ["events for all states", () => plain.createMachine({ initial: "a", states: { a: {}, b: {} }, on: { go: ".b" } })],
  ["any event at all", () => plain.createMachine({ initial: "a", states: { a: { on: { "*": "b" } }, b: {} } })],
  [
    "an end with something to do",
    () => plain.createMachine({ initial: "a", states: { a: { type: "final", exit: "effect" } } }),
  ],
  ["an action without a name", () => plain.createMachine({ initial: "a", states: { a: { entry: assign({}) } } })],
  [
    "a guard without a name",
    () =>
      plain.createMachine({ initial: "a", states: { a: { on: { go: { guard: () => true, target: "b" } } }, b: {} } }),
  ],
])("a machine with %s is refused: its table would do something else", (_, machine) => {
  expect(() => tableOf(machine())).toThrowError(/cannot stand in a table|must be named/);
});
