import { LabError, type LabEvent } from "@labloop/contracts";
import { advance, begin, campaignMachine, deviceMachine } from "@labloop/machines";
import type { EngineState, Moment } from "../state.ts";
import type { Folded } from "./folded.ts";
import { begunMaintenance } from "./fold-maintenance.ts";
import { watched } from "./fold-upkeep.ts";

type CampaignEvent = Extract<LabEvent, { type: `campaign.${string}` | "engine.started" }>;

/** Folds what happens to the campaign as a whole, and the start of an engine, which unlinks every device. */
export function foldCampaign(state: EngineState, event: CampaignEvent, at: Moment): Folded {
  if (event.type === "campaign.created") {
    const { state: draft } = begin(campaignMachine, { campaignId: event.campaignId });
    const chart = advance(campaignMachine, draft, { type: "checked" }).state;
    const calibrations = new Map(
      Object.entries(event.calibrations ?? {}).map(([device, watch]) => [device, watched(watch)]),
    );
    return {
      state: {
        ...state,
        calibrations,
        maintenance: begunMaintenance(event.maintenance ?? {}, at),
        campaign: {
          ...event,
          chart,
          endReason: null,
          endedBy: null,
          pausedBy: [],
          heldBecause: null,
          abortedBy: null,
          aborted: null,
        },
      },
      effects: [],
    };
  }
  if (event.type === "engine.started") {
    const devices = new Map(state.devices);
    for (const device of devices.values()) {
      const { state: chart } = advance(deviceMachine, device.chart, { type: "lost" });
      devices.set(device.device, { ...device, chart });
    }
    return { state: { ...state, devices, epoch: event.epoch, engineId: event.engineId }, effects: [] };
  }
  const { campaign } = state;
  if (campaign === null) throw new LabError("journal.impossible", `${event.type} before campaign.created`);
  const { state: chart } = advance(campaignMachine, campaign.chart, chartEvent(event));
  // A plateau that ends a campaign is no stop by anybody.
  const isStopped = event.type === "campaign.stopping" || event.type === "campaign.aborted";
  const endReason = isStopped ? event.reason : campaign.endReason;
  const endedBy = isStopped ? event.by : campaign.endedBy;
  const isAborted = event.type === "campaign.stopping" && event.abort === true;
  const abortedBy = isAborted ? event.by : campaign.abortedBy;
  const aborted = isAborted ? at : campaign.aborted;
  const pausedBy = pausedAfter(campaign.pausedBy, event);
  const heldBecause = heldAfter(campaign.heldBecause, event);
  const finished = event.type === "campaign.finished" ? event : state.finished;
  return {
    state: {
      ...state,
      finished,
      campaign: { ...campaign, chart, endReason, endedBy, pausedBy, heldBecause, abortedBy, aborted },
    },
    effects: [],
  };
}

/** A pause by anybody else than an interlock is theirs to end. */
function pausedAfter(before: readonly string[], event: CampaignEvent): readonly string[] {
  if (event.type === "campaign.resumed") return [];
  if (event.type !== "campaign.paused") return before;
  const { interlock } = event;
  return interlock === undefined ? [] : [...before.filter((name) => name !== interlock), interlock];
}

/** A pause by nobody, and not by an interlock, is the engine's own: it sees no further without a person. */
function heldAfter(before: string | null, event: CampaignEvent): string | null {
  if (event.type === "campaign.resumed") return null;
  if (event.type !== "campaign.paused") return before;
  return event.by === null && event.interlock === undefined ? event.reason : before;
}

function chartEvent(event: Exclude<CampaignEvent, { type: "campaign.created" | "engine.started" }>) {
  switch (event.type) {
    case "campaign.started":
      return { type: "started" } as const;
    case "campaign.paused":
      return { type: "paused", reason: event.reason } as const;
    case "campaign.resumed":
      return { type: "resumed" } as const;
    case "campaign.stopping":
      return { type: "stopping", reason: event.reason } as const;
    case "campaign.finished":
      return { type: "finished" } as const;
    case "campaign.aborted":
      return { type: "aborted", reason: event.reason } as const;
  }
}
