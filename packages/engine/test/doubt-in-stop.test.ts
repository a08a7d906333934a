import { describe, expect, test } from "vitest";
import { castingLab, mixingLab } from "./support/documents.ts";
import { ada, doubtful, observed, resolve } from "./support/doubt.ts";
import type { Rig, RigOptions } from "./support/rig.ts";
import { clear, obeyStops, raise, resume } from "./support/stoppable.ts";

const result = { mass: { value: 7, unit: "g" } };

/** A campaign with one command in doubt, under an E-STOP that every device has answered, or is cut off from. */
async function doubtfulUnderStop(options: RigOptions & Pick<Required<RigOptions>, "lab">, on?: string) {
  const found = await doubtful(options, on);
  const { rig } = found;
  for (const device of rig.devices.values()) obeyStops(rig, device);
  expect(rig.engine.submit(raise)).toMatchObject({ ok: true });
  await rig.pass(100);
  return { ...found, ordered: rig.sent("command").length };
}

/** Nothing is ordered while the stop stands, nor by its clearing, and the journal says the same to whoever reads it anew. */
async function expectStill(rig: Rig, ordered: number): Promise<void> {
  await rig.pass(600_000);
  expect(rig.sent("command")).toHaveLength(ordered);
  expect(rig.engine.submit(clear)).toMatchObject({ ok: true });
  await rig.pass(600_000);
  expect(rig.sent("command")).toHaveLength(ordered);
  expect(rig.refold()).toEqual(rig.engine.state());
}

describe("S5: a doubt that is settled while an E-STOP stands", () => {
  test.each(["the same engine", "the next engine"])(
    "as executed is taken, and nothing goes on by it (%s)",
    async (who) => {
      const { rig, commandId, ordered } = await doubtfulUnderStop({ lab: mixingLab(2) });
      expect(resolve(rig, commandId, { as: "executed", result })).toMatchObject({ ok: true });
      expect(observed(rig)).toEqual([7]);
      if (who === "the next engine") {
        rig.kill();
        rig.reopen();
        await rig.pass(5_000);
      }
      await expectStill(rig, ordered);
      rig.engine.submit(resume);
      await rig.until(() => rig.end() !== null);
      expect(rig.end()?.kind).toBe("ended");
      expect(rig.events("step.intended").map(({ attempt }) => attempt)).toEqual([1, 1]);
    },
  );

  test.each(["the same engine", "the next engine"])(
    "as not executed is one new attempt, and that only after the clearing and a person's word (%s)",
    async (who) => {
      const { rig, commandId, ordered } = await doubtfulUnderStop({ lab: mixingLab(1) });
      expect(resolve(rig, commandId, { as: "not-executed" })).toMatchObject({ ok: true });
      if (who === "the next engine") {
        rig.kill();
        rig.reopen();
        await rig.pass(5_000);
      }
      await expectStill(rig, ordered);
      rig.engine.submit(resume);
      await rig.until(() => rig.end() !== null);
      expect(rig.events("step.intended").map(({ attempt }) => attempt)).toEqual([1, 2]);
      expect(rig.sent("command").at(-1)?.payload.epoch).toBe(rig.engine.state().epoch);
      expect(observed(rig)).toHaveLength(1);
    },
  );

  test("as discarded, with its run stopped: the part is cleared away, and that only after the clearing and a person's word", async () => {
    const { rig, commandId, ordered } = await doubtfulUnderStop({ lab: castingLab(1) }, "gauge-1");
    expect(resolve(rig, commandId, { as: "discarded", stopsRun: true })).toMatchObject({ ok: true });
    await expectStill(rig, ordered);
    const [first] = rig.events("run.queued");
    rig.engine.submit(resume);
    await rig.until(() => rig.end() !== null);
    expect(rig.end()?.kind).toBe("ended");
    const steps = rig.events("step.intended").filter(({ runId }) => runId === first?.runId);
    expect(steps.map(({ stepKey }) => stepKey)).toEqual(["cast", "toGauge", "measure", "discard"]);
    expect(rig.events("run.finished")[0]).toMatchObject({ runId: first?.runId, outcome: "suspect" });
  });

  test("is asked of the device where a person wants it, since looking moves nothing", async () => {
    const { rig, device, commandId, ordered } = await doubtfulUnderStop({ lab: mixingLab(1) });
    const asked = device.probes.length;
    expect(rig.engine.submit({ type: "doubt.probe", commandId, by: ada, reason: "look" })).toMatchObject({ ok: true });
    await rig.pass(100);
    expect(device.probes.length).toBeGreaterThan(asked);
    await expectStill(rig, ordered);
  });
});
