import { CampaignDocument } from "@labloop/contracts";
import * as z from "zod";

/** Returns what an editor is told of `campaign.yaml`: a JSON Schema, draft 7; one objective or several, which the types leave open. */
export function campaignSchema(): object {
  const told = z.toJSONSchema(CampaignDocument, { io: "input", target: "draft-7", unrepresentable: "any" });
  return { ...told, oneOf: [{ required: ["objective"] }, { required: ["objectives"] }] };
}
