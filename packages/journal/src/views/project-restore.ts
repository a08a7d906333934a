import type { RecordedEvent } from "@labloop/contracts";
import type { Tables } from "./tables.ts";

/** Projects which devices know a higher epoch than this journal, until a person has confirmed that it is an old backup. */
export function projectRestore(tables: Tables, { event }: RecordedEvent): void {
  const { campaign } = tables;
  if (campaign === null) return;
  if (event.type === "device.fenceAbove") {
    tables.campaign = { ...campaign, fencesAbove: { ...campaign.fencesAbove, [event.device]: event.fence } };
  }
  if (event.type === "engine.restoreConfirmed") {
    const { fencesAbove: _, ...rest } = campaign;
    tables.campaign = rest;
  }
}
