import type { ClockAnchor, Ids, LabDocument, LabEvent, LabEventOf, WholeLab } from "@labloop/contracts";
import { digestOf } from "@labloop/contracts/digest";
import type { Recipe } from "../recipe.ts";
import { pausesCampaign } from "./on-interlock.ts";

/** Returns the first fact of a journal: what this campaign is, and everything its data will have to say about it. */
export function createCampaign({ recipe, ids, clock }: { recipe: Recipe; ids: Ids; clock: ClockAnchor }): LabEvent {
  const { campaign, lab, space, objective, safety } = recipe.checked;
  const windows = safety.envelope.flatMap(({ totals }) => totals.map(({ windowMs }) => windowMs));
  return {
    type: "campaign.created",
    campaignId: ids.ulid(),
    campaign: campaign.campaign,
    title: campaign.title,
    description: campaign.description,
    parameterTitles: Object.fromEntries(
      Object.entries(campaign.parameters).flatMap(([name, { title }]) => (title === undefined ? [] : [[name, title]])),
    ),
    lab: lab.lab,
    mode: lab.mode,
    seed: recipe.seed,
    documents: {
      campaign: recipe.digests.campaign,
      protocol: recipe.digests.protocol,
      lab: recipe.digests.lab,
      ...(recipe.digests.candidates === undefined ? {} : { candidates: recipe.digests.candidates }),
      envelope: digestOf(safety.envelope),
    },
    totalsOverMs: Math.max(0, ...windows),
    interlocks: Object.fromEntries(
      safety.interlocks.map((interlock) => {
        const { name, device, channel } = interlock;
        return [name, { device, channel, pauses: pausesCampaign(interlock) }];
      }),
    ),
    ...statedCalibrations(lab),
    ...statedMaintenance(lab),
    space,
    ...(objective === null ? {} : { objective }),
    ...(campaign.objectives === undefined ? {} : { objectives: campaign.objectives }),
    ...(Object.keys(campaign.outcomeConstraints).length === 0
      ? {}
      : { outcomeConstraints: campaign.outcomeConstraints }),
    experiments: campaign.budget.experiments,
    clock,
    actor: recipe.actor,
    access: campaign.access,
    dataManager: campaign.dataManager,
    grant: campaign.grant,
  };
}

function statedCalibrations({ devices }: WholeLab): Pick<LabEventOf<"campaign.created">, "calibrations"> {
  const stated = Object.entries(devices).flatMap(([device, { calibration }]) =>
    calibration === undefined ? [] : [[device, calibration] as const],
  );
  return stated.length === 0 ? {} : { calibrations: Object.fromEntries(stated) };
}

function statedMaintenance({ devices }: LabDocument): Pick<LabEventOf<"campaign.created">, "maintenance"> {
  const stated = Object.entries(devices).flatMap(([device, { maintenance }]) =>
    maintenance === undefined ? [] : [[device, maintenance] as const],
  );
  return stated.length === 0 ? {} : { maintenance: Object.fromEntries(stated) };
}
