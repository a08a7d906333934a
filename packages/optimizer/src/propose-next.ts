import type { ProposeAnswer, ProposeRequest } from "@labloop/contracts";
import type { DesignRequest } from "./decide/design-request.ts";
import { propose } from "./propose.ts";
import { proposeDesign } from "./propose-design.ts";

/** What a campaign may ask: which of a list of candidates is next, or which design of a study. */
export type ProposalQuestion = ProposeRequest | DesignRequest;

/** Returns what `propose` returns of a list of candidates, and `proposeDesign` of a study, and throws as they do. */
export function proposeNext(question: ProposalQuestion): ProposeAnswer {
  return "study" in question ? proposeDesign(question) : propose(question);
}
