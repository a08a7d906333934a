import { parentPort } from "node:worker_threads";
import { chooseBackEnd } from "../../src/neural/tensorflow/choose-back-end.ts";

/** Stands in for a machine on which no back end loads. */
const absent = { name: "absent", open: () => Promise.reject(new Error("Cannot find module 'absent'")) };
const { tried } = await chooseBackEnd([absent]);
parentPort?.postMessage({ tried, networks: [] });
