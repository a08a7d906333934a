import { parentPort, workerData } from "node:worker_threads";
import type { TrainingCall, TrainingReply } from "./neural-messages.ts";
import { backEnds } from "./tensorflow/back-ends.ts";
import { chooseBackEnd } from "./tensorflow/choose-back-end.ts";
import { trainEnsemble } from "./tensorflow/train-ensemble.ts";

const { sets } = workerData as TrainingCall;
const { tf, tried } = await chooseBackEnd(backEnds);
const reply: TrainingReply = { tried, networks: tf === null ? [] : sets.map((set) => trainEnsemble(tf, set)) };
parentPort?.postMessage(reply);
