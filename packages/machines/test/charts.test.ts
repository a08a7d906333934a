import * as machines from "@labloop/machines";
import { advance, begin, type Persisted } from "@labloop/machines";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AnyStateMachine, isMachineSnapshot, StateMachine } from "xstate";
import { getShortestPaths } from "xstate/graph";
import { type Chart, charts } from "./charts.ts";

type State = Persisted<AnyStateMachine>;

it("every machine that the package exports is tested here", () => {
  const exported = Object.values(machines).filter((value) => value instanceof StateMachine);
  expect(new Set(charts.map(({ machine }) => machine))).toEqual(new Set(exported));
  expect(exported).toHaveLength(5);
});

describe.each(charts.map((chart) => [chart.machine.id, chart] as const))("%s", (_, chart) => {
  const { machine, input, events, ends } = chart;
  const names = Object.keys(machine.states);

  it("reaches every one of its states from the first, and no other", () => {
    const paths = getShortestPaths(machine, { input, events: [...events] });
    const reached = new Set(paths.map(({ state }) => (isMachineSnapshot(state) ? state.value : "none")));
    expect(reached).toEqual(new Set(names));
  });

  it("takes any sequence of events without throwing and never leaves an end", () => {
    fc.assert(
      fc.property(sequences(chart), (sequence) => {
        let state: State = begin(machine, input).state;
        for (const event of sequence) {
          const next = advance(machine, deepFreeze(state), event);
          expect(names).toContain(next.state.value);
          if (ends.includes(state.value)) expect(next.state.value).toBe(state.value);
          if (!next.hasMoved) expect(next.state).toEqual(state);
          else expect(next.state).not.toEqual(state);
          state = next.state;
        }
      }),
    );
  });

  it("has an event that leaves each state which is not an end", () => {
    const left = new Set(
      getShortestPaths(machine, { input, events: [...events] }).flatMap(({ state }) => {
        if (!isMachineSnapshot(state)) return [];
        const from: State = { value: String(state.value), context: state.context };
        return events.some((event) => advance(machine, from, event).state.value !== from.value) ? [from.value] : [];
      }),
    );
    expect(left).toEqual(new Set(names.filter((name) => !ends.includes(name))));
  });

  it("goes on from JSON exactly as it would have gone on", () => {
    fc.assert(
      fc.property(sequences(chart), (sequence) => {
        let state: State = begin(machine, input).state;
        for (const event of sequence) {
          const restored: State = JSON.parse(JSON.stringify(state));
          expect(restored).toEqual(state);
          const next = advance(machine, state, event);
          const nextRestored = advance(machine, restored, event);
          expect(nextRestored).toEqual(next);
          expect(JSON.parse(JSON.stringify(next.effects))).toEqual(next.effects);
          state = next.state;
        }
      }),
    );
  });

  it("is pure: nothing invoked, spawned or delayed, and every guard and action is a name", () => {
    const config: unknown = machine.config;
    expect(keysWithin(config).filter((key) => ["invoke", "after", "always"].includes(key))).toEqual([]);
    const anonymous = valuesOf(config, ["entry", "exit", "actions"]).filter((action) => !hasName(action));
    expect(anonymous).toEqual([]);
    expect(valuesOf(config, ["guard"]).filter((guard) => typeof guard !== "string")).toEqual([]);
  });

  it("asks only for named effects with data, never for work of the state library", () => {
    fc.assert(
      fc.property(sequences(chart), (sequence) => {
        const first = begin(machine, input);
        let state: State = first.state;
        const effects: { type: string; params: unknown }[] = [...first.effects];
        for (const event of sequence) {
          const next = advance(machine, state, event);
          effects.push(...next.effects);
          state = next.state;
        }
        for (const { type, params } of effects) {
          expect(type).toMatch(/^(?!note)[a-z][A-Za-z]+$/);
          expect(params).toEqual(expect.any(Object));
        }
      }),
    );
  });
});

function sequences({ events }: Chart): fc.Arbitrary<{ type: string }[]> {
  return fc.array(fc.constantFrom(...events), { maxLength: 25 });
}

function deepFreeze(state: State): State {
  Object.freeze(state.context);
  return Object.freeze(state);
}

function entriesWithin(value: unknown): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[key, inner], ...entriesWithin(inner)]);
}

function keysWithin(value: unknown): string[] {
  return entriesWithin(value).map(([key]) => key);
}

function valuesOf(value: unknown, keys: readonly string[]): unknown[] {
  return entriesWithin(value)
    .filter(([key]) => keys.includes(key))
    .flatMap(([, inner]) => inner);
}

function hasName(action: unknown): boolean {
  return typeof action === "object" && action !== null && "type" in action && typeof action.type === "string";
}
