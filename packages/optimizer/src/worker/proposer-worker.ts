import { flushCompileCache } from "node:module";
import { parentPort } from "node:worker_threads";
import { proposeDesign } from "../propose-design.ts";
import type { ProposalCall, ProposalReply } from "./proposal-messages.ts";

function reply({ id, request }: ProposalCall): ProposalReply {
  try {
    return { id, answer: proposeDesign(request) };
  } catch (error) {
    return { id, message: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on("message", (call: ProposalCall) => parentPort?.postMessage(reply(call)));
// Of a process that is killed nothing is kept otherwise, and the next one would compile all of this anew.
parentPort?.once("message", () => flushCompileCache());
