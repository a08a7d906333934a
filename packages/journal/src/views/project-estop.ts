import type { CampaignView, RecordedEvent } from "@labloop/contracts";
import type { Tables } from "./tables.ts";

type Answer = NonNullable<CampaignView["estop"]>["devices"][string];

/** Projects the last E-STOP and what each device made of it into the campaign's row. */
export function projectEstop(tables: Tables, { event }: RecordedEvent): void {
  const { campaign } = tables;
  if (campaign === null) return;
  switch (event.type) {
    case "estop.raised": {
      const { stopId, reason, by } = event;
      const devices = Object.fromEntries(tables.devices.all().map(({ device }) => [device, "asked" as const]));
      tables.campaign = { ...campaign, estop: { active: true, stopId, reason, by, devices } };
      return;
    }
    case "estop.acknowledged":
      return answer(event.device, "stopped");
    case "estop.unanswered":
      return answer(event.device, "no-answer");
    case "estop.cleared": {
      if (campaign.estop === undefined) return;
      const { stopId, reason, by } = event;
      tables.campaign = { ...campaign, estop: { ...campaign.estop, active: false, stopId, reason, by } };
      return;
    }
    default:
  }

  function answer(device: string, as: Answer): void {
    if (campaign?.estop === undefined) return;
    const devices = { ...campaign.estop.devices, [device]: as };
    tables.campaign = { ...campaign, estop: { ...campaign.estop, devices } };
  }
}
