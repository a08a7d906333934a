import type { CampaignView, LabEvent, RecordedEvent } from "@labloop/contracts";
import type { Tables } from "./tables.ts";

/** Projects the campaign's own row, which carries the journal's head and so changes with every event. */
export function projectCampaign(tables: Tables, record: RecordedEvent): void {
  const { event, labAt } = record;
  const campaign = event.type === "campaign.created" ? newCampaign(event, labAt) : tables.campaign;
  if (campaign === null) return;
  const { experiments, runs } = tables;
  tables.campaign = {
    ...campaign,
    ...afterEvent(event, labAt, campaign.control),
    ...(event.type === "observation.made" ? { bestMeasured: bestMeasured(tables, campaign) } : {}),
    done: experiments.count,
    failed: experiments.size - experiments.count,
    inFlight: runs.count,
    journal: { events: record.seq, head: record.hash },
  };
}

function newCampaign(event: Extract<LabEvent, { type: "campaign.created" }>, labAt: number): CampaignView {
  const { campaignId, campaign, lab, mode, seed, clock, space, objective, access } = event;
  return {
    campaignId,
    campaign,
    lab,
    mode,
    seed,
    clock,
    space,
    objective,
    access,
    phase: "ready",
    reason: null,
    budget: event.experiments,
    done: 0,
    failed: 0,
    inFlight: 0,
    best: null,
    bestMeasured: null,
    next: null,
    startedAt: labAt,
    endedAt: null,
    journal: { events: 0, head: "" },
  };
}

function afterEvent(event: LabEvent, labAt: number, control: CampaignView["control"]): Partial<CampaignView> {
  switch (event.type) {
    case "campaign.started":
      return { phase: "running" };
    case "campaign.paused":
      return { phase: "paused", reason: event.reason };
    case "campaign.resumed":
      return { phase: "running", reason: null };
    case "campaign.stopping":
      return { phase: "stopping", reason: event.reason };
    case "campaign.finished":
      return { phase: "finished", best: event.best, bestMeasured: event.bestMeasured, next: null, endedAt: labAt };
    case "campaign.aborted":
      return { phase: "aborted", reason: event.reason, next: null, endedAt: labAt };
    case "control.judged": {
      const { isAccepted, message } = event;
      return { control: { count: (control?.count ?? 0) + 1, isAccepted, message, at: labAt } };
    }
    case "proposal.made": {
      const { parameters, predicted, why, explanation, best } = event.answer;
      const told = explanation === undefined ? {} : { explanation };
      return { best, next: { proposalId: event.proposalId, parameters, predicted, why, ...told } };
    }
    default:
      return {};
  }
}

/** The luckiest single reading so far: the one before, or the experiment that was just observed. */
function bestMeasured(tables: Tables, { objective, bestMeasured: best }: CampaignView): CampaignView["bestMeasured"] {
  const latest = tables.experiments.last();
  const value = latest?.values?.[objective.name]?.value;
  if (latest === undefined || value === undefined) return best;
  const sign = objective.goal === "maximise" ? 1 : -1;
  return best === null || sign * value > sign * best.value ? { parameters: latest.parameters, value } : best;
}
