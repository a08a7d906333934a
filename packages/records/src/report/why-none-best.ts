import { type CampaignView, keepsNone, type Text } from "@labloop/contracts";

/** Returns why a campaign has no best design, or none on its front: none keeps its bounds, or none has been judged. */
export function whyNoneBest(campaign: CampaignView): Required<Text> {
  return keepsNone(campaign)
    ? {
        en: "No measured design is believed to keep its bounds.",
        ja: "制約を満たすと推定される測定済みの設計はありません。",
      }
    : { en: "No design has been judged yet.", ja: "最良の設計はまだ評価されていません。" };
}
