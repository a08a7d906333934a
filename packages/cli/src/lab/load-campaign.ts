import { dirname, resolve } from "node:path";
import type { Actor, Outcome } from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";
import type { Recipe } from "@labloop/engine";
import { exampleDesigns } from "@labloop/optimizer/example-designs";
import { checkCampaign, checkCampaignDocument, checkProtocol } from "@labloop/protocol";
import { campaignReferences } from "./campaign-references.ts";
import {
  describeParts,
  eachOnce,
  type LabOptions,
  type LabParts,
  type LoadedLab,
  readLabParts,
  withBroken,
  withRules,
} from "./load-lab.ts";
import { readSource } from "./read-source.ts";

// So many designs of a space without a list are compiled and judged before it runs.
const EXAMPLES = 256;

/** A campaign that fits its lab, ready to be run with a seed and an actor. */
export interface LoadedCampaign {
  readonly lab: LoadedLab;
  readonly checked: Recipe["checked"];
  readonly digests: Recipe["digests"];
  recipe(seed: number, actor: Actor): Recipe;
}

/**
 * Loads a campaign file with its protocol, candidates and lab (`labPath` overrides); returns every fault at once. What keeps
 * drivers that were left out from being loaded is among the faults of a campaign that cannot do without them.
 */
export async function loadCampaign(
  path: string,
  labPath?: string,
  labOptions: LabOptions = {},
): Promise<Outcome<LoadedCampaign>> {
  const campaign = readSource(path);
  if (!campaign.ok) return campaign;
  const document = checkCampaignDocument(campaign.value);
  const files = campaignReferences(campaign.value.text);
  if (files === null) return document.ok ? noReferences(path) : document;

  const beside = (file: string) => resolve(dirname(path), file);
  const protocol = readSource(beside(files.protocol));
  const candidates = files.candidates === null ? null : readSource(beside(files.candidates));
  const { lab, unknown, faults: ofLab } = await readLabParts(labPath ?? beside(files.lab), labOptions);
  if (!protocol.ok || candidates?.ok === false || lab === null) {
    const parts = [document, protocol, ...(candidates === null ? [] : [candidates])];
    const ofParts = parts.flatMap((part) => (part.ok ? [] : part.faults));
    if (lab === null) return { ok: false, faults: [...ofParts, ...ofLab] };
    const ofRules = withRules({ lab, unknown, faults: ofLab }).faults;
    const ofSteps = protocol.ok ? checkProtocol(protocol.value, describeParts(lab, unknown)) : null;
    return { ok: false, faults: eachOnce([...ofParts, ...(ofSteps?.ok === false ? ofSteps.faults : []), ...ofRules]) };
  }

  const checkWith = (unknownParts: LabParts["unknown"]) =>
    checkCampaign({
      campaign: campaign.value,
      protocol: protocol.value,
      lab: lab.source,
      ...(candidates === null ? {} : { candidates: candidates.value }),
      examplesOf: (study) => exampleDesigns(study, EXAMPLES),
      tables: lab.tableSources,
      absent: Object.keys(lab.broken),
      description: describeParts(lab, unknownParts),
    });
  const checked = checkWith(unknown);
  if (!checked.ok || ofLab.length > 0) {
    // What a driver would offer that does not load is not known: that it is missing would be a second fault of the same mistake.
    const further = Object.keys(lab.broken).length > 0 ? checkWith(withBroken(lab, unknown)) : checked;
    const all = [...Object.values(lab.broken).flat(), ...(further.ok ? [] : further.faults), ...ofLab];
    // The check of the campaign reads the lab's file as well.
    return { ok: false, faults: eachOnce(all) };
  }
  const digests = {
    campaign: sha256(campaign.value.text),
    protocol: sha256(protocol.value.text),
    lab: sha256(lab.source.text),
    ...(candidates === null ? {} : { candidates: sha256(candidates.value.text) }),
  };
  return {
    ok: true,
    value: {
      lab,
      checked: checked.value,
      digests,
      recipe: (seed, actor) => ({ checked: checked.value, digests, seed, actor }),
    },
  };
}

/** A document that passes its schema names its files; one that does not is a fault of ours. */
function noReferences(path: string): never {
  throw new Error(`${path} passed its check and names no files`);
}
