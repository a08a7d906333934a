import type { OperatorCommand } from "@labloop/contracts";
import { expect, test } from "vitest";
import { upkeepLab, type WrittenMaintenance } from "./support/documents.ts";
import { by, clear, isRunning, openStoppable, raise, resume } from "./support/stoppable.ts";

const pause: OperatorCommand = { type: "campaign.pause", by, reason: "lunch" };

const cleaning = { name: "clean", after: { acts: 1 }, renew: { operation: "clean" } };

test.each<[string, OperatorCommand, OperatorCommand[], WrittenMaintenance[]]>([
  ["paused", pause, [], []],
  ["paused with a cleaning due", pause, [], [cleaning]],
  ["under an E-STOP, and once it is cleared", raise, [clear], []],
  ["under an E-STOP with a cleaning due, and once it is cleared", raise, [clear], [cleaning]],
])(
  "%s, nothing is planned until a person resumes: no proposal is asked for, no run and no upkeep is queued, no step is intended",
  async (_, halt, freeing, maintenance) => {
    // What it is doing when it is halted makes the cleaning due, or leaves room for the next experiment.
    const rig = await openStoppable({ lab: upkeepLab(2, { maintenance }) });
    await rig.until(isRunning(rig));
    expect(rig.engine.submit(halt)).toMatchObject({ ok: true });
    const planned = () => rig.events("proposal.asked", "run.queued", "upkeep.queued", "step.intended").length;
    const before = planned();
    await rig.until(() => rig.events("step.succeeded", "step.failed").length === 1);
    await rig.pass(60_000);
    expect(planned()).toBe(before);
    for (const command of freeing) expect(rig.engine.submit(command)).toMatchObject({ ok: true });
    await rig.pass(60_000);
    expect(planned()).toBe(before);
    expect(rig.engine.submit(resume)).toMatchObject({ ok: true });
    await rig.until(() => rig.end() !== null);
    expect(rig.events("upkeep.queued").length > 0).toBe(maintenance.length > 0);
    expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 2 }]);
  },
);
