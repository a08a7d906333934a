import type { LabEvent } from "@labloop/contracts";
import { expect, test } from "vitest";
import { createProjection } from "../src/index.ts";
import { digest, ulid } from "./builders.ts";

const ada = { kind: "operator", name: "Ada" } as const;

const created: LabEvent = {
  type: "campaign.created",
  campaignId: ulid(1),
  campaign: "toughness",
  lab: "demo",
  mode: "simulated",
  seed: 1,
  documents: { campaign: digest, protocol: digest, lab: digest, candidates: digest },
  space: { parameters: [{ name: "n", unit: "1", min: 1, max: 2 }] },
  objective: { name: "toughness", unit: "J", goal: "maximise" },
  experiments: 3,
  clock: { kind: "virtual", scale: 1, labAt: 0, wallAt: 0 },
  actor: ada,
  access: "open",
  dataManager: "Ada",
  grant: null,
};

test("devices that know a higher epoch are shown until a person confirms that the journal is an old backup (section 9)", () => {
  const projection = createProjection();
  let seq = 0;
  const fencesAfter = (event: LabEvent) => {
    seq += 1;
    projection.apply({ seq, epoch: 1, labAt: seq, wallAt: seq, event, hash: digest });
    return projection.view().campaign?.fencesAbove;
  };
  expect(fencesAfter(created)).toBeUndefined();
  expect(fencesAfter({ type: "device.fenceAbove", device: "arm", fence: 7 })).toEqual({ arm: 7 });
  expect(fencesAfter({ type: "device.fenceAbove", device: "balance", fence: 9 })).toEqual({ arm: 7, balance: 9 });
  expect(projection.changesSince(seq - 1).campaign?.fencesAbove).toEqual({ arm: 7, balance: 9 });
  expect(
    fencesAfter({ type: "engine.restoreConfirmed", epoch: 10, by: ada, reason: "the disk was replaced" }),
  ).toBeUndefined();
});
