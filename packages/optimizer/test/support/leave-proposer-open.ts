import { openProposer } from "../../src/worker/open-proposer.ts";
import { drawRequest } from "./draw-request.ts";

const answer = await openProposer().propose(drawRequest(0, 0, 5));
console.log(answer.acquisition.name);
