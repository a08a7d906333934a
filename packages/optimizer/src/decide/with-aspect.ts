import type { ExplanationAspect } from "@labloop/contracts";
import type { Answer } from "./design-request.ts";

/** Returns an answer that tells one aspect more: beside each proposal, or by itself where there is none. */
export function withAspect(answer: Answer, aspect: ExplanationAspect): Answer {
  const { proposals, explanation } = answer;
  if (explanation !== undefined) return { ...answer, explanation: [...explanation, aspect] };
  return { ...answer, proposals: proposals.map((own) => ({ ...own, explanation: [...own.explanation, aspect] })) };
}
