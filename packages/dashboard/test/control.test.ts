import { expect, test } from "vitest";
import {
  afterFeed,
  afterReceipt,
  afterSilence,
  type Control,
  newRequest,
  stillShown,
} from "../src/control/requests.ts";
import { whyDisabled } from "../src/control/why-disabled.ts";
import { en } from "../src/i18n/en.ts";

const running = { seq: 10, phase: "running", isStopActive: false } as const;
const paused = { seq: 11, phase: "paused", isStopActive: false } as const;
const phases = ["draft", "ready", "running", "paused", "stopping", "finished", "aborted", null] as const;

test("halts are never disabled, whatever the page believes", () => {
  for (const control of ["stop", "abort", "estop"] satisfies Control[]) {
    for (const phase of phases) {
      for (const isStale of [false, true]) {
        for (const isStopActive of [false, true]) {
          expect(whyDisabled(control, { phase, isStopActive, isStale }, en)).toBeNull();
        }
      }
    }
  }
});

test("pause and resume say why they can not be used, and can be used when the page may be wrong", () => {
  const state = { phase: "paused", isStopActive: false, isStale: false } as const;
  expect(whyDisabled("pause", state, en)).toBe("the campaign is paused");
  expect(whyDisabled("resume", state, en)).toBeNull();
  expect(whyDisabled("resume", { ...state, isStopActive: true }, en)).toBe("clear the E-STOP first");
  expect(whyDisabled("resume", { ...state, phase: "running" }, en)).toBe("nothing is paused");
  expect(whyDisabled("pause", { ...state, isStale: true }, en)).toBeNull();
});

test("a request is acknowledged when the feed has come to the event that it was recorded as, not before", () => {
  const taken = afterReceipt(newRequest(1, "abort", 100, running), { ok: true, seq: 12 });
  expect(afterFeed(taken, { ...running, seq: 11 }, 200)).toBe(taken);
  expect(afterFeed(taken, { ...running, seq: 12 }, 200)).toMatchObject({ phase: "acknowledged", acknowledgedAt: 200 });
});

test("a request is acknowledged by the phase that it asked for, even before its receipt", () => {
  const asked = newRequest(1, "pause", 100, running);
  expect(afterFeed(asked, paused, 150)).toMatchObject({ phase: "acknowledged", acknowledgedAt: 150 });
});

test("a phase that stood before acknowledges nothing", () => {
  const asked = newRequest(1, "pause", 100, paused);
  expect(afterFeed(asked, paused, 150)).toBe(asked);
});

test("a refusal is shown whatever the feed says, and stays until it is dismissed", () => {
  const acknowledged = afterFeed(newRequest(1, "pause", 100, running), paused, 150);
  const refused = afterReceipt(acknowledged, { ok: false, reason: "the campaign is stopping" });
  expect(refused).toMatchObject({ phase: "refused", reason: "the campaign is stopping" });
  expect(afterFeed(refused, paused, 200)).toBe(refused);
  expect(stillShown([refused], 10_000_000)).toEqual([refused]);
});

test("an acknowledgement goes after a while, a request without answer never", () => {
  const asked = newRequest(1, "stop", 100, running);
  const acknowledged = afterFeed(newRequest(2, "pause", 100, running), paused, 150);
  expect(stillShown([asked, acknowledged], 200)).toEqual([asked, acknowledged]);
  expect(stillShown([asked, acknowledged], 20_000)).toEqual([asked]);
});

test("silence is a refusal, unless the feed has shown that the request arrived", () => {
  const asked = newRequest(1, "pause", 100, running);
  expect(afterSilence(asked, "not reached")).toMatchObject({ phase: "refused", reason: "not reached" });
  const acknowledged = afterFeed(asked, paused, 150);
  expect(afterSilence(acknowledged, "not reached")).toBe(acknowledged);
});
