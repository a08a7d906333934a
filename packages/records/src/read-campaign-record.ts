import {
  type FrontKnowledge,
  LabError,
  type LabEvent,
  type LabEventOf,
  type Observation,
  type ProposeAnswer,
  type RecordedEvent,
} from "@labloop/contracts";

/** What a journal says of its campaign, as far as its data's readers need it. */
export interface CampaignRecord {
  readonly origin: LabEventOf<"campaign.created">;
  /** In the order in which they were made, failures included. */
  readonly observations: readonly Observation[];
  /** By proposal id. */
  readonly answers: ReadonlyMap<string, ProposeAnswer>;
  /** Of several objectives that are no desirability: the front as last known; null elsewhere, and before the first model. */
  readonly front: Omit<FrontKnowledge, "bounds"> | null;
  /** Keys of the plans' steps, in the order of the protocol. */
  readonly stepKeys: readonly string[];
  /** Drivers that were loaded anew, in order; `at` is lab time, ms since 1970. */
  readonly reloads: readonly ({ readonly at: number } & Omit<LabEventOf<"driver.reloaded">, "type">)[];
  readonly phase: "under way" | "finished" | "aborted";
  readonly journal: { readonly events: number; readonly head: string };
}

/** Returns what a journal says of its campaign; throws `export.nothingRecorded` when it says nothing. */
export function readCampaignRecord(events: Iterable<RecordedEvent>): CampaignRecord {
  let origin: CampaignRecord["origin"] | undefined;
  let phase: CampaignRecord["phase"] = "under way";
  let front: CampaignRecord["front"] = null;
  let journal = { events: 0, head: "" };
  const observations: Observation[] = [];
  const answers = new Map<string, ProposeAnswer>();
  const stepKeys = new Set<string>();
  const reloads: CampaignRecord["reloads"][number][] = [];
  for (const { event, seq, hash, labAt } of events) {
    journal = { events: seq, head: hash };
    if (event.type === "campaign.created") origin = event;
    if (event.type === "campaign.finished") {
      phase = "finished";
      front = frontOf(event, event.experiments) ?? front;
    }
    if (event.type === "campaign.aborted") phase = "aborted";
    if (event.type === "proposal.made") {
      answers.set(event.proposalId, event.answer);
      front = frontOf(event.answer, event.answer.surrogate.measurements) ?? front;
    }
    if (event.type === "run.queued" || isControl(event)) for (const { key } of event.plan.steps) stepKeys.add(key);
    if (event.type === "driver.reloaded") {
      const { device, by, from, to } = event;
      reloads.push({ at: labAt, device, by, from, to });
    }
    if (event.type === "observation.made") observations.push(event.observation);
  }
  if (origin === undefined) {
    throw new LabError("export.nothingRecorded", "the journal holds no campaign", {
      hint: "give the data folder of a campaign that was started",
    });
  }
  return { origin, observations, answers, front, stepKeys: [...stepKeys], reloads, phase, journal };
}

function frontOf(
  { front, doubted }: Pick<ProposeAnswer, "front" | "doubted">,
  judged: number,
): CampaignRecord["front"] | undefined {
  return front === undefined ? undefined : { front, doubted, judged };
}

/** A control sample goes through the same protocol as an experiment; a calibration does not. */
function isControl(event: LabEvent): event is LabEventOf<"upkeep.queued"> {
  return event.type === "upkeep.queued" && event.purpose === "control";
}
