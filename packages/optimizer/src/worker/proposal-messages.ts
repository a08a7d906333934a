import type { ProposeAnswer } from "@labloop/contracts";
import type { DesignRequest } from "../decide/design-request.ts";

/** What the host posts to the worker. */
export interface ProposalCall {
  readonly id: number;
  readonly request: DesignRequest;
}

/** What the worker posts back: the answer, or the message of the error. */
export type ProposalReply =
  | { readonly id: number; readonly answer: ProposeAnswer }
  | { readonly id: number; readonly message: string };
