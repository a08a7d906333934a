import type { CampaignView, Text } from "@labloop/contracts";

/** Returns why a campaign has no best design, or none on its front: none keeps its bounds, or none has been judged. */
export function whyNoneBest({ front, best, objective, outcomeConstraints, done }: CampaignView): Required<Text> {
  const isJudged = objective === null ? front !== undefined : done > 0 && best === null;
  return isJudged && outcomeConstraints !== undefined
    ? {
        en: "No measured design is believed to keep its bounds.",
        ja: "制約を満たすと推定される測定済みの設計はありません。",
      }
    : { en: "No design has been judged yet.", ja: "最良の設計はまだ評価されていません。" };
}
