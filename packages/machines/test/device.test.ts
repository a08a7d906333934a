import { advance, begin, type DeviceEvent, deviceMachine } from "@labloop/machines";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deviceChart } from "./charts.ts";

const born: DeviceEvent = { type: "born", bootId: "a", bdSeq: 0 };
const reconciled: DeviceEvent = { type: "reconciled", hasOpenCommand: false };
const sendReconcile = { type: "sendReconcile", params: { device: "printer-1" } };

function after(...events: DeviceEvent[]) {
  let state = begin(deviceMachine, { device: "printer-1" }).state;
  for (const event of events) state = advance(deviceMachine, state, event).state;
  return state;
}

describe("a device", () => {
  it("E8: is asked about its open commands at every entry to reconciling, and only there", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...deviceChart.events), { maxLength: 25 }), (events) => {
        let state = begin(deviceMachine, { device: "printer-1" }).state;
        for (const event of events) {
          const next = advance(deviceMachine, state, event);
          const isEntered = next.hasMoved && next.state.value === "reconciling";
          expect(next.effects).toEqual(isEntered ? [sendReconcile] : []);
          state = next.state;
        }
      }),
    );
  });

  it("E8: never becomes idle or busy from a broken contact without having been reconciled", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...deviceChart.events), { maxLength: 25 }), (events) => {
        let state = begin(deviceMachine, { device: "printer-1" }).state;
        for (const event of events) {
          const next = advance(deviceMachine, state, event).state;
          const isUsable = next.value === "idle" || next.value === "busy";
          const wasUsable = state.value === "idle" || state.value === "busy";
          if (isUsable && !wasUsable) expect([state.value, event.type]).toEqual(["reconciling", "reconciled"]);
          state = next;
        }
      }),
    );
  });

  it("is busy at once when it comes back with an open command", () => {
    expect(after(born, { type: "reconciled", hasOpenCommand: true }).value).toBe("busy");
    expect(after(born, reconciled).value).toBe("idle");
  });

  it("is reconciled again for another boot or another connection, not for the same birth delivered twice", () => {
    const idle = after(born, reconciled);
    expect(advance(deviceMachine, idle, born)).toEqual({ state: idle, effects: [], hasMoved: false });
    for (const birth of [
      { type: "born", bootId: "b", bdSeq: 0 },
      { type: "born", bootId: "a", bdSeq: 1 },
    ] as const) {
      expect(advance(deviceMachine, idle, birth)).toMatchObject({
        state: { value: "reconciling", context: { bootId: birth.bootId, bdSeq: birth.bdSeq } },
        effects: [sendReconcile],
      });
      const reconciling = after(born);
      expect(advance(deviceMachine, reconciling, birth).effects).toEqual([sendReconcile]);
    }
  });

  it("is reconciled when it is heard again after silence, whether suspected or given up", () => {
    expect(after(born, reconciled, { type: "suspected" }, { type: "heard" }).value).toBe("reconciling");
    expect(after(born, reconciled, { type: "lost" }, { type: "heard" }).value).toBe("reconciling");
    expect(after({ type: "heard" }).value).toBe("offline");
  });

  it("stays quarantined through births and losses, remembers the last birth, and is left by a release alone", () => {
    const quarantined = after(born, { type: "quarantined", reason: "an unknown command" });
    for (const event of deviceChart.events.filter(({ type }) => type !== "released")) {
      const next = advance(deviceMachine, quarantined, event);
      const births = event.type === "born" ? { bootId: event.bootId, bdSeq: event.bdSeq } : {};
      expect(next.state).toEqual({ ...quarantined, context: { ...quarantined.context, ...births } });
      expect(next.effects).toEqual([]);
    }
  });

  it("E8: a released device is asked before it is used, from its next sign of life", () => {
    const released = after(born, { type: "quarantined", reason: "an unknown command" }, { type: "released" });
    expect(released).toMatchObject({ value: "offline", context: { quarantinedBecause: null } });
    expect(advance(deviceMachine, released, { type: "heard" })).toMatchObject({
      state: { value: "reconciling" },
      effects: [sendReconcile],
    });
  });

  it("can be quarantined from every other state", () => {
    const all = [after(), after(born), after(born, reconciled), after(born, reconciled, { type: "intended" })];
    const suspect = after(born, { type: "suspected" });
    for (const state of [...all, suspect])
      expect(advance(deviceMachine, state, { type: "quarantined", reason: "lost memory" }).state).toMatchObject({
        value: "quarantined",
        context: { quarantinedBecause: "lost memory" },
      });
  });
});
