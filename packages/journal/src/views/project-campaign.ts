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
    ...afterEvent(event, labAt, campaign),
    ...(event.type === "observation.made" ? { bestMeasured: bestMeasured(tables, campaign) } : {}),
    done: experiments.count,
    failed: experiments.size - experiments.count,
    inFlight: runs.count,
    journal: { events: record.seq, head: record.hash },
  };
}

function newCampaign(event: Extract<LabEvent, { type: "campaign.created" }>, labAt: number): CampaignView {
  const { campaignId, campaign, lab, mode, seed, clock, space, objective, objectives, outcomeConstraints, access } =
    event;
  return {
    campaignId,
    campaign,
    lab,
    mode,
    seed,
    clock,
    space,
    objective: objective ?? null,
    ...(objectives === undefined ? {} : { objectives }),
    ...(outcomeConstraints === undefined ? {} : { outcomeConstraints }),
    access,
    phase: "ready",
    reason: null,
    budget: event.experiments,
    done: 0,
    failed: 0,
    inFlight: 0,
    best: null,
    bestMeasured: null,
    judged: 0,
    next: null,
    startedAt: labAt,
    endedAt: null,
    journal: { events: 0, head: "" },
  };
}

function afterEvent(event: LabEvent, labAt: number, { control, next }: CampaignView): Partial<CampaignView> {
  switch (event.type) {
    case "campaign.started":
      return { phase: "running" };
    case "campaign.paused":
      return { phase: "paused", reason: event.reason };
    case "campaign.resumed":
      return { phase: "running", reason: null };
    case "campaign.stopping":
      return { phase: "stopping", reason: event.reason };
    case "campaign.finished": {
      const { best, bestMeasured, front, doubted, reason } = event;
      const early = reason === undefined ? {} : { reason };
      const known = judgedOf(front, doubted, event.experiments);
      return { phase: "finished", ...early, best, bestMeasured, ...known, next: null, endedAt: labAt };
    }
    case "campaign.aborted":
      return { phase: "aborted", reason: event.reason, next: null, endedAt: labAt };
    case "control.judged": {
      const { isAccepted, message } = event;
      return { control: { count: (control?.count ?? 0) + 1, isAccepted, message, at: labAt } };
    }
    case "proposal.made": {
      const { parameters, predicted, predictions, why, explanation, best, front, doubted, surrogate } = event.answer;
      const told = {
        ...(predictions === undefined ? {} : { predictions }),
        ...(explanation === undefined ? {} : { explanation }),
      };
      const known = judgedOf(front, doubted, surrogate.measurements);
      return { best, ...known, next: { proposalId: event.proposalId, parameters, predicted, why, ...told } };
    }
    case "run.queued":
      return next?.proposalId === event.proposalId ? { next: { ...next, runId: event.runId } } : {};
    default:
      return {};
  }
}

/** Of how many experiments that gave values the best is known, with what is known of the front where there is one. */
function judgedOf(
  front: CampaignView["front"],
  doubted: CampaignView["doubted"] = [],
  judged: number,
): Pick<CampaignView, "front" | "doubted" | "judged"> {
  return front === undefined ? { judged } : { front, doubted, judged };
}

/** The luckiest single reading so far that breaks no bound: the one before, or the experiment that was just observed. */
function bestMeasured(tables: Tables, { objective, bestMeasured: best }: CampaignView): CampaignView["bestMeasured"] {
  const latest = tables.experiments.last();
  const value = objective === null ? undefined : latest?.values?.[objective.name]?.value;
  if (objective === null || latest === undefined || value === undefined) return best;
  if (latest.outOfBounds !== undefined) return best;
  const sign = objective.goal === "maximise" ? 1 : -1;
  return best === null || sign * value > sign * best.value ? { parameters: latest.parameters, value } : best;
}
