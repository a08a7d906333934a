import type { CampaignView, LabEvent } from "@labloop/contracts";
import { expect, test } from "vitest";
import { createProjection } from "../src/index.ts";
import { ada, created, digest, heard } from "./builders.ts";

const ben = { kind: "operator", name: "Ben" } as const;

function projectionOf(...events: LabEvent[]) {
  const projection = createProjection();
  for (const [index, event] of events.entries())
    projection.apply({ seq: index + 1, epoch: 1, labAt: index, wallAt: index, event, hash: digest });
  return projection;
}

const story: LabEvent[] = [
  created,
  heard("arm"),
  heard("printer-1"),
  { type: "campaign.started" },
  { type: "estop.raised", stopId: 4, reason: "smoke", by: ada },
  { type: "campaign.paused", reason: "E-STOP: smoke", by: ada },
  { type: "estop.acknowledged", device: "arm", stopId: 4, tookMs: 12 },
  { type: "estop.unanswered", device: "printer-1", stopId: 4 },
];

test("a watcher sees the E-STOP, who raised it and why, and what each device made of it", () => {
  const estopAfter = (count: number): CampaignView["estop"] =>
    projectionOf(...story.slice(0, count)).view().campaign?.estop;
  expect(estopAfter(4)).toBeUndefined();
  const raised = { active: true, stopId: 4, reason: "smoke", by: ada };
  expect(estopAfter(5)).toEqual({ ...raised, devices: { arm: "asked", "printer-1": "asked" } });
  expect(estopAfter(8)).toEqual({ ...raised, devices: { arm: "stopped", "printer-1": "no-answer" } });
});

test("the alarms name the E-STOP and every device that may still be moving", () => {
  expect(projectionOf(...story).view().alarms).toEqual([
    { seq: 5, at: 4, code: "estop.raised", message: "E-STOP by Ada: smoke" },
    {
      seq: 8,
      at: 7,
      code: "estop.unanswered",
      message: "printer-1 has not answered the E-STOP: it may still be moving",
    },
  ]);
});

test("once cleared it stands no more, says who cleared it and why, and devices are asked anew", () => {
  const cleared: LabEvent = { type: "estop.cleared", stopId: 5, reason: "it was toast", by: ben };
  const projection = projectionOf(...story, cleared, { type: "engine.epochRaised", epoch: 2 });
  expect(projection.view().campaign).toMatchObject({
    phase: "paused",
    estop: { active: false, stopId: 5, reason: "it was toast", by: ben, devices: { arm: "stopped" } },
  });
  expect(projection.view().devices.map(({ device, phase }) => [device, phase])).toEqual([
    ["arm", "reconciling"],
    ["printer-1", "reconciling"],
  ]);
});
