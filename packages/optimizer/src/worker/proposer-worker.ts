import { flushCompileCache } from "node:module";
import { isDeepStrictEqual } from "node:util";
import { parentPort } from "node:worker_threads";
import type { Study } from "@labloop/contracts";
import { proposeDesign } from "../propose-design.ts";
import type { ProposalCall, ProposalReply } from "./proposal-messages.ts";

let last: Study | null = null;

/** The study of the last request where that is equal: each comes as a copy, and what a list of designs takes to open is known by object. */
function known(study: Study): Study {
  if (last === null || !isDeepStrictEqual(last, study)) last = study;
  return last;
}

function reply({ id, request }: ProposalCall): ProposalReply {
  try {
    return { id, answer: proposeDesign({ ...request, study: known(request.study) }) };
  } catch (error) {
    return { id, message: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on("message", (call: ProposalCall) => parentPort?.postMessage(reply(call)));
// Of a process that is killed nothing is kept otherwise, and the next one would compile all of this anew.
parentPort?.once("message", () => flushCompileCache());
