import type { LabEvent } from "@labloop/contracts";
import { expect, test } from "vitest";
import { createProjection } from "../src/index.ts";
import { ada, created, digest } from "./builders.ts";

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
