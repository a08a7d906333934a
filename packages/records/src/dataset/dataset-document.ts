import {
  AccessLabel,
  Actor,
  DoubtedPoint,
  FrontPoint,
  JointObjective,
  Objective,
  SearchSpace,
  Text,
} from "@labloop/contracts";
import * as z from "zod";
import type { CampaignRecord } from "../read-campaign-record.ts";
import { Completeness } from "./completeness.ts";

const count = z.number().int().min(0);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** A value that may be unknown; what is unknown says why. */
function known<T extends z.ZodType>(schema: T) {
  return z.union([z.strictObject({ value: schema }), z.strictObject({ value: z.null(), reason: z.string() })]);
}

/** One file of an exported data set. */
export const DatasetFile = z.strictObject({
  name: z.string(),
  mediaType: z.string(),
  bytes: count,
  sha256: digest,
});
export type DatasetFile = z.infer<typeof DatasetFile>;

/** `dataset.json`: what a data set is, who answers for it, where it comes from, and how complete it is. */
export const DatasetDocument = z.strictObject({
  schemaVersion: z.literal(1),
  title: known(Text),
  description: Text,
  dataManager: z.string(),
  access: AccessLabel,
  licence: known(z.string()),
  grant: known(z.string()),
  campaign: z.strictObject({
    id: z.string(),
    name: z.string(),
    lab: z.string(),
    mode: z.enum(["real", "simulated"]),
    phase: z.enum(["under way", "finished", "aborted"]),
    /** How many experiments were to be done. */
    budget: count,
    seed: count,
    space: SearchSpace,
    /** What tells how good a design is; absent of a front. */
    objective: Objective.optional(),
    /** Where several quantities are improved together: all of them. */
    objectives: z.array(JointObjective).optional(),
    /** The designs that the journal last knew on the front of those. */
    front: z.array(FrontPoint).optional(),
    /** Those that were read within the bounds but are likelier to break them. */
    doubted: z.array(DoubtedPoint).optional(),
    actor: Actor,
    /** SHA-256 of the files that it was begun with. */
    documents: z.record(z.string(), digest),
  }),
  /** The protocols that were followed, most often one. */
  protocols: z.array(z.strictObject({ name: z.string(), version: z.string(), digest })),
  /** When drivers were loaded anew while the campaign ran, by whom, and their versions; absent where none was. */
  driverReloads: z
    .array(
      z.strictObject({
        device: z.string(),
        at: z.iso.datetime({ precision: 3 }),
        by: Actor,
        from: z.string().nullable(),
        to: z.string(),
      }),
    )
    .optional(),
  /** The head of the hash chain that the data were read from. */
  journal: z.strictObject({ events: count, head: digest }),
  observedFrom: known(z.iso.datetime({ precision: 3 })),
  observedTo: known(z.iso.datetime({ precision: 3 })),
  rows: count,
  failures: count,
  completeness: Completeness,
  files: z.array(DatasetFile),
});
export type DatasetDocument = z.infer<typeof DatasetDocument>;

/** Returns the document of a data set; the record has passed `checkExport`, which makes sure of its description. */
export function datasetDocument(
  record: CampaignRecord,
  description: Text,
  completeness: Completeness,
  files: readonly DatasetFile[],
): DatasetDocument {
  const { origin, observations, front, journal, phase } = record;
  const { campaignId, campaign, lab, mode, seed, space, objective, objectives, actor, experiments } = origin;
  const times = observations.map(({ observedAt }) => observedAt).toSorted();
  const timeOf = (time: string | undefined) =>
    time === undefined ? { value: null, reason: "nothing was observed" } : { value: time };
  return {
    schemaVersion: 1,
    title:
      origin.title === undefined
        ? { value: null, reason: "the journal was begun before titles were kept" }
        : { value: origin.title },
    description,
    dataManager: origin.dataManager,
    access: origin.access,
    licence: { value: null, reason: "campaign files state no licence: the data manager grants it" },
    grant:
      origin.grant === null ? { value: null, reason: "the campaign file names no grant" } : { value: origin.grant },
    campaign: {
      id: campaignId,
      name: campaign,
      lab,
      mode,
      phase,
      budget: experiments,
      seed,
      space,
      ...(objective === undefined ? {} : { objective }),
      ...(objectives === undefined ? {} : { objectives }),
      ...(front === null ? {} : { front: [...front.front], doubted: [...(front.doubted ?? [])] }),
      actor,
      documents: Object.fromEntries(Object.entries(origin.documents).map(([name, hash]) => [name, `sha256:${hash}`])),
    },
    protocols: protocolsOf(record),
    ...(record.reloads.length === 0
      ? {}
      : { driverReloads: record.reloads.map((each) => ({ ...each, at: new Date(each.at).toISOString() })) }),
    journal: { events: journal.events, head: `sha256:${journal.head}` },
    observedFrom: timeOf(times[0]),
    observedTo: timeOf(times.at(-1)),
    rows: observations.length,
    failures: observations.filter(({ failure }) => failure !== null).length,
    completeness,
    files: [...files],
  };
}

function protocolsOf({ observations }: CampaignRecord): DatasetDocument["protocols"] {
  const byDigest = new Map(observations.map(({ protocol }) => [protocol.digest, protocol]));
  return [...byDigest.values()].map(({ name, version, digest: hash }) => ({ name, version, digest: `sha256:${hash}` }));
}
