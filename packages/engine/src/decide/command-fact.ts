import type { Report } from "@labloop/contracts";

/** A device's word on one command, from a report or from a snapshot. */
export type CommandFact = Pick<
  Report,
  "commandId" | "state" | "physical" | "result" | "executed" | "evidence" | "error" | "tWall" | "partial" | "resultRef"
> & { readonly bootId: string; readonly jseq: number; readonly paramsHash?: string | null; readonly dseq?: number };
