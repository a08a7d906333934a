import type { DoubtView, ValueSpecs } from "@labloop/contracts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { afterFeed, afterReceipt, newRequest } from "../src/control/requests.ts";
import { type AnswerDraft, answers, emptyDraft, requestOf } from "../src/doubt/answer.ts";
import { readResult } from "../src/doubt/read-result.ts";
import { createFeedStore } from "../src/feed/feed-store.ts";
import { waitsForPerson } from "../src/doubt/waits-for-person.ts";
import { campaign } from "./support/rows.ts";

const specs: ValueSpecs = {
  mass: { type: "quantity", unit: "g", minimum: 0, maximum: 50 },
  load: { type: "series", unit: "N" },
  cycles: { type: "integer", minimum: 1 },
  colour: { type: "string", enum: ["red", "blue"] },
  tag: { type: "string", pattern: "^[A-Z]{2}$", example: "AB" },
  clean: { type: "boolean" },
};
const entered = { mass: " 3.5 ", load: "1, 2\n3.5", cycles: "2", colour: "red", tag: "AB", clean: "false" };
const doubt: Pick<DoubtView, "commandId" | "result"> = { commandId: "01KA0000000000000000000000.1", result: specs };
const signed: AnswerDraft = { ...emptyDraft, entered, name: "Ada", reason: "I looked" };

test("no answer is ever chosen beforehand, least of all that it is sent again", () => {
  expect(emptyDraft.answer).toBeNull();
  const request = requestOf({ ...signed, answer: null }, doubt);
  expect(request).toEqual({ ok: false, faults: { fields: ["answer"], result: [] } });
});

test("an answer without a name or a reason asks nothing of the server, whichever of the five it is", () => {
  const blank = fc.constantFrom("", " ", "\t\n");
  fc.assert(
    fc.property(fc.constantFrom(...answers), blank, blank, (answer, name, reason) => {
      const request = requestOf({ ...signed, answer, name, reason }, doubt);
      expect(request).toEqual({ ok: false, faults: { fields: ["name", "reason"], result: [] } });
    }),
  );
});

test("each of the five answers says what it is, by whom and why", () => {
  const { commandId } = doubt;
  const common = { commandId, name: "Ada", reason: "I looked" };
  const result = {
    mass: { value: 3.5, unit: "g" },
    load: { values: [1, 2, 3.5], unit: "N" },
    cycles: 2,
    colour: "red",
    tag: "AB",
    clean: false,
  };
  const asked = answers.map((answer) => requestOf({ ...signed, answer, second: "Grace" }, doubt));
  const second = { ...common, confirmedBy: "Grace" };
  expect(asked).toEqual([
    { ok: true, control: "resolve", fields: { ...second, as: "executed", result } },
    { ok: true, control: "resolve", fields: { ...second, as: "not-executed" } },
    { ok: true, control: "probe", fields: common },
    { ok: true, control: "resolve", fields: { ...second, as: "discarded" } },
    { ok: true, control: "resolve", fields: { ...second, as: "discarded", stopsRun: true } },
  ]);
  expect(requestOf({ ...signed, answer: "happened", isPart: true }, doubt)).toMatchObject({
    fields: { as: "partial", result },
  });
  expect(requestOf({ ...signed, answer: "happened", isPart: true, entered: {} }, doubt)).toEqual({
    ok: true,
    control: "resolve",
    fields: { ...common, as: "partial" },
  });
});

test("the second person is another one", () => {
  const request = requestOf({ ...signed, answer: "skip", second: " Ada " }, doubt);
  expect(request).toEqual({ ok: false, faults: { fields: ["second"], result: [] } });
});

test("every fault of an entered result is told at once, with the bound that it breaks", () => {
  const read = readResult(specs, { mass: "51", load: "1 x", cycles: "1.5", colour: "green", tag: "abc" });
  expect(read).toEqual({
    ok: false,
    faults: [
      { name: "mass", why: "above", limit: "50" },
      { name: "load", why: "notNumber", limit: "" },
      { name: "cycles", why: "notInteger", limit: "" },
      { name: "colour", why: "notListed", limit: "red, blue" },
      { name: "tag", why: "notOfPattern", limit: "AB" },
      { name: "clean", why: "missing", limit: "" },
    ],
  });
  expect(readResult({ mass: { type: "quantity", unit: "g", minimum: 0 } }, { mass: "-1" })).toMatchObject({
    faults: [{ name: "mass", why: "below", limit: "0" }],
  });
});

test("what is read of a number is that very number, and nothing that is no number is read as one", () => {
  const mass: ValueSpecs = { mass: { type: "quantity", unit: "g" } };
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (drawn) => {
      // Nobody writes the sign of nought.
      const value = drawn === 0 ? 0 : drawn;
      expect(readResult(mass, { mass: String(value) })).toEqual({ ok: true, values: { mass: { value, unit: "g" } } });
    }),
  );
  for (const text of ["", "3 mL", "3 gg", "1,5", "1,5 g", "abc", "Infinity", "1e999"]) {
    expect(readResult(mass, { mass: text })).toMatchObject({ ok: false });
  }
});

test("a quantity may be entered in another unit of its kind, and limits count in the unit that is asked for", () => {
  const mass: ValueSpecs = { mass: { type: "quantity", unit: "g", maximum: 5 } };
  for (const text of ["3", "3 g", "3000 mg", "0.003kg"]) {
    expect(readResult(mass, { mass: text })).toEqual({ ok: true, values: { mass: { value: 3, unit: "g" } } });
  }
  expect(readResult(mass, { mass: "3 kg" })).toMatchObject({ ok: false, faults: [{ why: "above", limit: "5" }] });
  expect(readResult(mass, { mass: "3 mL" })).toMatchObject({ ok: false, faults: [{ why: "notInUnit", limit: "g" }] });
});

test("an answer is recorded when the feed has come to its event, and by nothing else", () => {
  const feed = { seq: 10, phase: "running", isStopActive: false } as const;
  const asked = newRequest(1, "resolve", 100, feed, { id: doubt.commandId, label: "run 1" });
  expect(afterFeed(asked, { ...feed, seq: 99, phase: "paused" }, 200).phase).toBe("requested");
  const taken = afterReceipt(asked, { ok: true, seq: 12 });
  expect(afterFeed(taken, { ...feed, seq: 11 }, 200).phase).toBe("taken");
  expect(afterFeed(taken, { ...feed, seq: 12 }, 200).phase).toBe("acknowledged");
});

test("what waits for a person is counted: doubts, devices out of use, and an older journal once", () => {
  const lab = { campaign: campaign({ fencesAbove: { arm: 7, balance: 8 } }), doubts: [], asks: [], devices: [] };
  expect(waitsForPerson(lab)).toMatchObject({ count: 1, fencesAbove: ["arm", "balance"] });
  expect(waitsForPerson({ ...lab, campaign: campaign({ fencesAbove: { arm: 7 }, phase: "finished" }) }).count).toBe(0);
  expect(waitsForPerson({ ...lab, campaign: null }).count).toBe(0);
});

test("the page holds the doubts that the feed told last, until it tells others", () => {
  const store = createFeedStore();
  const row = { commandId: doubt.commandId, run: 3 } as DoubtView;
  const rows = { experiments: [], runs: [], devices: [], alarms: [] };
  const view = { seq: 1, campaign: campaign(), ...rows, doubts: [row], asks: [], interlocks: [] };
  store.take({ v: 1, type: "snapshot", to: 1, view, band: null, feedId: "a" }, 0);
  expect(store.doubts.value).toEqual([row]);
  store.take({ v: 1, type: "batch", from: 1, to: 2, changes: rows }, 0);
  expect(store.doubts.value).toEqual([row]);
  store.take({ v: 1, type: "batch", from: 2, to: 3, changes: { ...rows, doubts: [] } }, 0);
  expect(store.doubts.value).toEqual([]);
});
