import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { proposeDesign } from "../src/index.ts";
import { openProposer } from "../src/worker/open-proposer.ts";
import { drawRequest } from "./support/draw-request.ts";

test("the worker answers with the bytes of the direct call, in the order asked", async () => {
  const proposer = openProposer();
  const requests = [0, 5, 25].map((measured) => drawRequest(measured, 2, 6));
  const answers = await Promise.all(requests.map((request) => proposer.propose(request)));
  await proposer.close();
  expect(answers.map((answer) => JSON.stringify(answer))).toEqual(
    requests.map((request) => JSON.stringify(proposeDesign(request))),
  );
});

test("a study that differs from the last one in a single number is answered as itself, and so is the last one again", async () => {
  const proposer = openProposer();
  const one = drawRequest(6, 0, 6);
  const [first, ...others] = one.study.candidates ?? [];
  const other = { ...one, study: { ...one.study, candidates: [{ ...first, x: 0.01 }, ...others] } };
  const wide = {
    ...one,
    study: { ...one.study, objectives: [{ ...one.study.objectives[0]!, goal: "minimise" as const }] },
  };
  const requests = [one, other, wide, one];
  const answers = [];
  for (const request of requests) answers.push(await proposer.propose(request));
  await proposer.close();
  const direct = requests.map((request) => proposeDesign(request));
  expect(answers).toEqual(direct);
  expect(new Set(direct.map(({ best }) => JSON.stringify(best))).size).toBeGreaterThan(1);
});

test("the event loop of the caller turns while the worker computes", async () => {
  const proposer = openProposer();
  await proposer.propose(drawRequest(2, 0, 1));
  let turns = 0;
  let answered = false;
  const answer = Promise.all([1, 2, 3, 4].map((seed) => proposer.propose(drawRequest(60, 2, seed)))).then(() => {
    answered = true;
  });
  while (!answered) {
    await new Promise((resolve) => setImmediate(resolve));
    turns += 1;
  }
  await answer;
  await proposer.close();
  expect(turns).toBeGreaterThan(20);
});

test("an error in the worker rejects with its message and the next request is answered", async () => {
  const proposer = openProposer();
  const request = drawRequest(3, 0, 5);
  await expect(proposer.propose({ ...request, pending: [{ x: 0.5 }] })).rejects.toThrow('"y"');
  await expect(proposer.propose(request)).resolves.toEqual(proposeDesign(request));
  await proposer.close();
});

test("a worker that dies rejects what was outstanding and is replaced for the next request", async () => {
  // Stands in for a crash: this worker ends as soon as it is asked.
  const proposer = openProposer(new URL("./support/dying-worker.ts", import.meta.url));
  const request = drawRequest(3, 0, 5);
  await expect(proposer.propose(request)).rejects.toThrow("exit code 3");
  await expect(proposer.propose(request)).rejects.toThrow("exit code 3");
  await proposer.close();
});

test("an exception that escapes the worker is the cause of the rejection", async () => {
  const proposer = openProposer(new URL("./support/throwing-worker.ts", import.meta.url));
  await expect(proposer.propose(drawRequest(3, 0, 5))).rejects.toMatchObject({ cause: { message: "out of luck" } });
  await proposer.close();
});

test("closing rejects what is outstanding and what comes after", async () => {
  const proposer = openProposer();
  const outstanding = proposer.propose(drawRequest(60, 0, 5));
  const rejected = expect(outstanding).rejects.toThrow("closed");
  await proposer.close();
  await proposer.close();
  await rejected;
  await expect(proposer.propose(drawRequest(3, 0, 5))).rejects.toThrow("closed");
});

test("an idle proposer that is never closed does not keep the process alive", () => {
  const script = fileURLToPath(new URL("./support/leave-proposer-open.ts", import.meta.url));
  const ended = spawnSync(process.execPath, [script], { encoding: "utf8", timeout: 60_000 });
  expect([ended.status, ended.stdout]).toEqual([0, "random-start\n"]);
});
