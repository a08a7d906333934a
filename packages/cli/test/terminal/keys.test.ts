import { describe, expect, test } from "vitest";
import { actOf, keyOffers, type KeyMoment } from "../../src/terminal/keys.ts";

const running: KeyMoment = {
  phase: "running",
  isHalted: false,
  dashboard: "http://127.0.0.1:4820",
  canQuit: false,
  waits: 0,
  person: "ada",
};
const keys = (moment: KeyMoment) => keyOffers(moment).map(({ key, label }) => `${key} ${label}`);
const commandOf = (pressed: string, moment: KeyMoment) => {
  const act = actOf(pressed, moment);
  return act?.kind === "command" ? act.command.type : act?.kind;
};

describe("the keys", () => {
  test("p pauses what runs and resumes what is paused", () => {
    expect(commandOf("p", running)).toBe("campaign.pause");
    expect(commandOf("p", { ...running, phase: "paused" })).toBe("campaign.resume");
    expect(commandOf("p", { ...running, phase: "stopping" })).toBeUndefined();
  });

  test.each(["ready", "running", "paused", "stopping"] as const)("e is E-STOP while the campaign is %s", (phase) => {
    expect(commandOf("e", { ...running, phase })).toBe("estop.raise");
    expect(commandOf("E", { ...running, phase, isHalted: true })).toBe("estop.raise");
  });

  test("S4: an E-STOP is cleared by a key of its own, which is there only then, in the name of who is at the keys", () => {
    expect(commandOf("c", running)).toBeUndefined();
    expect(actOf("c", { ...running, phase: "paused", isHalted: true })).toMatchObject({
      command: { type: "estop.clear", by: { kind: "operator", name: "ada" } },
    });
  });

  test("s stops, as a person's command with a reason", () => {
    expect(actOf("s", running)).toEqual({
      kind: "command",
      command: {
        type: "campaign.stop",
        by: { kind: "operator", name: "terminal" },
        reason: expect.stringMatching(/./),
      },
    });
  });

  test("q leaves only when leaving leaves the campaign alone", () => {
    expect(commandOf("q", running)).toBeUndefined();
    expect(commandOf("q", { ...running, canQuit: true })).toBe("quit");
  });

  test("Ctrl-C is an interrupt where there is a campaign to be stopped, and leaves otherwise", () => {
    expect(commandOf("\u0003", running)).toBe("interrupt");
    expect(commandOf("\u0003", { ...running, canQuit: true })).toBe("quit");
  });

  test("d shows what waits for a person, and is there only when something does", () => {
    expect(commandOf("d", running)).toBeUndefined();
    expect(commandOf("d", { ...running, waits: 2 })).toBe("doubts");
  });

  test("nothing is offered that does nothing", () => {
    expect(keys({ ...running, phase: "finished", dashboard: null, canQuit: true })).toEqual(["? help", "q quit"]);
    for (const { key } of keyOffers(running)) expect(actOf(key, running)).not.toBeNull();
    expect(actOf("x", running)).toBeNull();
  });
});
