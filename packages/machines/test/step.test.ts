import { advance, begin, type EffectOf, type Persisted, type StepEvent, stepMachine } from "@labloop/machines";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stepChart } from "./charts.ts";

const { input } = stepChart;
const { commandId } = input;
const stable = ["succeeded", "failed", "notExecuted"] as const;
const progress: readonly StepEvent[] = [
  { type: "sent" },
  { type: "accepted" },
  { type: "started", at: 4_000 },
  { type: "overdue" },
  { type: "doubted", reason: "nothing heard" },
];

interface Life {
  readonly state: Persisted<typeof stepMachine>;
  readonly effects: readonly EffectOf<typeof stepMachine>[];
}

function live(events: readonly StepEvent[]): Life {
  const first = begin(stepMachine, input);
  let state = first.state;
  const effects = [...first.effects];
  for (const event of events) {
    const next = advance(stepMachine, state, event);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects };
}

function lastEffects(events: readonly StepEvent[]): readonly EffectOf<typeof stepMachine>[] {
  return advance(stepMachine, live(events.slice(0, -1)).state, events.at(-1)!).effects;
}

/** A set of facts about one command, of which at most one kind is final, as a device may report. */
const factSets = fc
  .tuple(fc.subarray([...progress]), fc.option(fc.constantFrom(...stable), { nil: null }))
  .map(([open, final]): StepEvent[] => (final === null ? open : [...open, { type: final }]));

const arrivals = factSets.chain((facts) =>
  fc.tuple(
    fc.constant(facts),
    fc
      .array(fc.nat({ max: Math.max(0, facts.length - 1) }), { maxLength: 8 })
      .map((repeats) => [...facts, ...repeats.flatMap((index) => facts[index] ?? [])])
      .chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
  ),
);

describe("a command's life", () => {
  it("section 8: the same facts in any order, any number of times, lead to the same state", () => {
    fc.assert(
      fc.property(arrivals, ([facts, arrived]) => {
        expect(live(arrived).state).toEqual(live(facts).state);
      }),
      { numRuns: 2_000 },
    );
  });

  it("section 8: once a stable fact has come, it is the outcome", () => {
    fc.assert(
      fc.property(arrivals, ([facts, arrived]) => {
        const final = stable.find((kind) => facts.some(({ type }) => type === kind));
        const { value } = live(arrived).state;
        if (final !== undefined) expect(value).toBe(final);
        else if (facts.some(({ type }) => type === "doubted")) expect(value).toBe("inDoubt");
        else expect(["intended", "sent", "accepted", "started"]).toContain(value);
      }),
    );
  });

  it("E4: every stable fact is acknowledged each time it comes, and nothing else is", () => {
    fc.assert(
      fc.property(arrivals, ([, arrived]) => {
        const finals = arrived.filter(({ type }) => stable.some((kind) => kind === type));
        const acknowledged = live(arrived).effects.filter(({ type }) => type === "acknowledge");
        expect(acknowledged).toEqual(finals.map(() => ({ type: "acknowledge", params: { commandId } })));
      }),
    );
  });

  it("D2: whatever comes, the command is asked to be published once, under its own id", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...stepChart.events), { maxLength: 20 }), (events) => {
        const published = live(events).effects.filter(({ type }) => type === "publishCommand");
        expect(published).toEqual([{ type: "publishCommand", params: { commandId } }]);
      }),
    );
  });

  it("does not go back when an acceptance arrives after the start", () => {
    const { state } = live([{ type: "started", at: 4_000 }, { type: "accepted" }, { type: "sent" }]);
    expect(state.value).toBe("started");
  });
});

describe("deadlines", () => {
  it("E12: the start deadline is armed with the intent", () => {
    expect(begin(stepMachine, input).effects).toEqual([
      { type: "publishCommand", params: { commandId } },
      { type: "armDeadline", params: { commandId, kind: "start", at: 10_000 } },
    ]);
  });

  it("section 10: from the start on, the hard deadline is the longest duration and the margin away", () => {
    expect(lastEffects([{ type: "sent" }, { type: "started", at: 4_000 }])).toEqual([
      { type: "disarmDeadlines", params: { commandId } },
      { type: "armDeadline", params: { commandId, kind: "run", at: 69_000 } },
    ]);
    expect(live([{ type: "started", at: 4_000 }]).state.context.hardDeadlineAt).toBe(69_000);
  });

  it("E3: a start that was not seen in time is a flag, and the hard deadline counts from the start deadline", () => {
    const { state } = live([{ type: "sent" }, { type: "overdue" }]);
    expect(state).toMatchObject({ value: "sent", context: { isOverdue: true, hardDeadlineAt: 75_000 } });
    expect(lastEffects([{ type: "sent" }, { type: "overdue" }])).toEqual([
      { type: "armDeadline", params: { commandId, kind: "run", at: 75_000 } },
    ]);
    expect(lastEffects([{ type: "sent" }, { type: "overdue" }, { type: "overdue" }])).toEqual([]);
  });

  it("a late start takes the flag back", () => {
    const { state } = live([{ type: "overdue" }, { type: "started", at: 20_000 }]);
    expect(state).toMatchObject({ value: "started", context: { isOverdue: false, hardDeadlineAt: 85_000 } });
  });

  it("E3: lost contact is doubt, never failure", () => {
    const events: StepEvent[] = [
      { type: "started", at: 4_000 },
      { type: "doubted", reason: "hard deadline" },
    ];
    expect(live(events).state.value).toBe("inDoubt");
    expect(lastEffects(events)).toEqual([
      { type: "disarmDeadlines", params: { commandId } },
      { type: "raiseDoubt", params: { commandId, retryClass: "non-repeatable", reason: "hard deadline" } },
    ]);
  });

  it("a closed command has no deadline left", () => {
    for (const type of stable) {
      const { state } = live([{ type: "overdue" }, { type }]);
      expect(state.context).toMatchObject({ hardDeadlineAt: null, isOverdue: false });
      expect(lastEffects([{ type: "overdue" }, { type }])[0]).toEqual({
        type: "disarmDeadlines",
        params: { commandId },
      });
    }
  });
});

describe("doubt", () => {
  const doubted: StepEvent = { type: "doubted", reason: "nothing heard" };

  it("E10: is settled by a late stable fact", () => {
    for (const type of stable) expect(live([doubted, { type }]).state.value).toBe(type);
  });

  it("is left by nothing that is only progress", () => {
    for (const event of progress) expect(live([doubted, event]).state.value).toBe("inDoubt");
  });

  it("is the only state that a person can resolve", () => {
    const before: StepEvent[][] = [
      [],
      ...[...progress.slice(0, 4), ...stable.map((type) => ({ type }))].map((e) => [e]),
    ];
    for (const events of before) {
      const { state } = live(events);
      expect(advance(stepMachine, state, { type: "resolved" })).toEqual({ state, effects: [], hasMoved: false });
    }
    expect(live([doubted, { type: "resolved" }]).state.value).toBe("resolved");
  });

  it("E5: not executed counts once the device has said its last word, and can be taken back until then", () => {
    const closing: StepEvent[] = [doubted, { type: "closing" }];
    for (const event of progress) expect(live([...closing, event]).state.value).toBe("closing");
    for (const type of stable) expect(live([...closing, { type }]).state.value).toBe(type);
    expect(live([...closing, { type: "resolved" }]).state.value).toBe("resolved");
    expect(live([...closing, { type: "contradicted" }]).state.value).toBe("inDoubt");
  });

  it("E10: a stable fact after a person's word is acknowledged and raised, never merged", () => {
    for (const fact of stable) {
      const events: StepEvent[] = [doubted, { type: "resolved" }, { type: fact }];
      expect(live(events).state.value).toBe("resolved");
      expect(lastEffects(events)).toEqual([
        { type: "acknowledge", params: { commandId } },
        { type: "raiseConflict", params: { commandId, settled: "resolved", fact } },
      ]);
    }
  });

  it("E10: a second, different stable fact is raised and changes nothing", () => {
    for (const settled of stable) {
      for (const fact of stable.filter((other) => other !== settled)) {
        const events: StepEvent[] = [{ type: settled }, { type: fact }];
        expect(live(events).state.value).toBe(settled);
        expect(lastEffects(events)).toContainEqual({ type: "raiseConflict", params: { commandId, settled, fact } });
      }
    }
  });
});
