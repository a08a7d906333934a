import type { CampaignView } from "../feed/watched.ts";
import type { Format } from "../i18n/format.ts";

/** Returns what is wanted of each objective of which a campaign says what is desirable; empty where it says nothing. */
export function wantedTexts({ objectives = [] }: CampaignView, { say, quantity }: Format): string[] {
  return objectives.flatMap(({ name, unit, desirability }) => {
    if (desirability === undefined) return [];
    const text = (value: number) => quantity(value, unit);
    if (!("target" in desirability)) {
      return [say.best.ranged(name, text(desirability.worst), text(desirability.best))];
    }
    const { low, target, high } = desirability;
    return [say.best.targeted(name, text(target), text(low), text(high))];
  });
}
