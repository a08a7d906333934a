import { commandIdOf, type Report } from "@labloop/contracts";
import { isStable } from "../is-stable.ts";
import { canonicalJson } from "@labloop/contracts";
import type { Check } from "../check.ts";
import { answerWithinMs, describe, type Scene } from "../scene.ts";
import { claim } from "../verdict.ts";

export const oneResult: readonly Check[] = [
  {
    id: "C3.1",
    promise: "A command is accepted, may be started, and has exactly one end.",
    fix: "report accepted once it is in the journal, started before the first byte that moves matter, then one end",
    async run(scene) {
      const { execute } = await scene.carryOut();
      await scene.pass(3_000);
      const states = scene.reports(execute.commandId).map(({ state }) => state);
      claim(states.includes("accepted") || states.includes("started"), `its states were ${states.join(", ")}`);
      claimOneEnd(scene, execute.commandId);
    },
  },
  {
    id: "C3.2",
    promise: "A command that comes twice is carried out once, whether it is still running or over.",
    fix: "look the id up in the journal first; what is there is answered with what stands there, never run (D2)",
    async run(scene) {
      const before = await scene.acts();
      await scene.carryOut();
      const clean = (await scene.acts()) - before;
      const execute = scene.order();
      const from = await scene.acts();
      await scene.send(execute);
      await scene.send(execute);
      await scene.until(
        () => scene.reports(execute.commandId).some(({ state }) => state === "started"),
        answerWithinMs,
      );
      await scene.send(execute);
      await scene.end(execute.commandId);
      await scene.send(execute);
      await scene.pass(3_000);
      await scene.send(execute);
      await scene.pass(longestMs(scene));
      const acts = (await scene.acts()) - from;
      claim(acts <= clean, `sent 5 times, and the equipment acted ${acts} times; one such command is ${clean}`);
      claimOneEnd(scene, execute.commandId);
      return { acts };
    },
  },
  {
    id: "C3.3",
    promise: "The same id with other parameters is refused as id-conflict, and nothing moves.",
    fix: "compare paramsHash with the journal's before you answer a known id (D2)",
    async run(scene) {
      const { execute } = await scene.carryOut();
      const before = await scene.acts();
      await scene.send({ ...execute, paramsHash: "f".repeat(64) });
      await scene.until(() => scene.refusals(execute.commandId).length > 0, answerWithinMs);
      const refusal = scene.refusals(execute.commandId)[0];
      claim(refusal?.code === "id-conflict", () => `the answer was ${describe(refusal)}`);
      claim((await scene.acts()) === before, "the equipment acted once more");
    },
  },
  {
    id: "C3.4",
    promise: "A command number that belongs to another command is refused as dseq-conflict, and nothing moves.",
    fix: "keep an index of dseq in the journal and look it up with the id (D2)",
    async run(scene) {
      const { execute } = await scene.carryOut();
      const before = await scene.acts();
      const thief = scene.order({ dseq: execute.dseq });
      await scene.send(thief);
      const answer = await scene.answer(thief.commandId);
      claim(answer.kind === "refusal" && answer.code === "dseq-conflict", () => `the answer was ${describe(answer)}`);
      await scene.pass(2_000);
      claim((await scene.acts()) === before, "the equipment acted once more");
    },
  },
  {
    id: "C3.5",
    promise: "An end is told again and again until it is acknowledged.",
    fix: "repeat terminal reports with a back-off of 1 to 60 s until an ack names the id (D6)",
    async run(scene) {
      const execute = scene.order();
      await scene.send(execute);
      const { state } = await scene.end(execute.commandId);
      const times = () => scene.reports(execute.commandId).filter((report) => report.state === state).length;
      const told = times();
      await scene.until(() => times() > told, 2 * answerWithinMs);
      claim(times() > told, "20 s after its end nothing had been said again, and nobody had acknowledged it");
      claimOneEnd(scene, execute.commandId);
      await scene.ack([execute.commandId]);
    },
  },
  {
    id: "C3.6",
    promise: "An acknowledged end is told no more.",
    fix: "mark the record as acknowledged and stop its repetition when an ack names the id (D6)",
    async run(scene) {
      const { execute } = await scene.carryOut();
      await scene.pass(500);
      const told = scene.reports(execute.commandId).length;
      await scene.pass(scene.rig.isVirtual ? 180_000 : 8_000);
      const more = scene.reports(execute.commandId).length - told;
      claim(more === 0, `it was told ${more} more times after the ack`);
    },
  },
  {
    id: "C3.7",
    promise: "A command cancelled before it came never runs, when it comes after all.",
    fix: "a cancel of an unknown id writes a tombstone, state cancelled, under that id and dseq (D8)",
    async run(scene) {
      const execute = scene.order();
      const before = await scene.acts();
      await scene.cancel(execute);
      const end = await scene.end(execute.commandId, answerWithinMs);
      claim(end.state === "cancelled", () => `the cancel was answered with ${describe(end)}`);
      await scene.send(execute);
      await scene.pass(5_000);
      claim((await scene.acts()) === before, "it came later, and the equipment acted");
      claimOneEnd(scene, execute.commandId);
    },
  },
  {
    id: "C3.8",
    promise: "A snapshot tells of every command that was asked for, and of each that nobody has acknowledged.",
    fix: "entries: the journal's word on each listed id, never-seen where it has none; unlisted: all others not acked",
    async run(scene) {
      const known = await scene.carryOut();
      const unacked = scene.order();
      await scene.send(unacked);
      await scene.end(unacked.commandId);
      const stranger = scene.order();
      const answer = await scene.reconcile({ open: [known.execute, stranger] });
      claim(answer.kind === "snapshot", () => `reconcile was answered with ${describe(answer)}`);
      const stateOf = (id: string) => answer.entries.find(({ commandId }) => commandId === id)?.state;
      claim(stateOf(known.execute.commandId) === known.end.state, () => {
        return `of a command that had ended as ${known.end.state} it said ${stateOf(known.execute.commandId)}`;
      });
      const neverSeen = stateOf(stranger.commandId);
      claim(neverSeen === "never-seen", `of a command that was never sent it said ${neverSeen}`);
      const isTold = answer.unlisted.some(({ commandId }) => commandId === unacked.commandId);
      claim(isTold, "a command that nobody had acknowledged or asked for was left out");
      claim(answer.maxDseq >= unacked.dseq, `maxDseq is ${answer.maxDseq}, and number ${unacked.dseq} was used`);
      await scene.ack([unacked.commandId]);
    },
  },
  {
    id: "C3.9",
    promise: "Another attempt is another command.",
    fix: "the id is the step and the attempt: 01….2 is not 01….1",
    async run(scene) {
      const first = await scene.carryOut();
      const second = await scene.carryOut({ commandId: commandIdOf(first.execute.stepId, 2), attempt: 2 });
      claimOneEnd(scene, second.execute.commandId);
    },
  },
];

/** Every end that was told of a command is the same, and nothing else was told after it. */
export function claimOneEnd(scene: Scene, commandId: string): void {
  const reports = scene.reports(commandId);
  const ends = reports.filter(isEnd);
  claim(ends.length > 0, `command ${commandId} has no end`);
  const different = new Set(ends.map(({ state, physical, result }) => canonicalJson({ state, physical, result })));
  claim(
    different.size === 1,
    () => `command ${commandId} was told to have ended as ${[...different].join(" and as ")}`,
  );
  const firstEnd = reports.findIndex(isEnd);
  const [end] = ends;
  const later = reports
    .slice(firstEnd)
    .find((report) => !isEnd(report) && report.bootId === end?.bootId && report.rseq > end.rseq);
  claim(later === undefined, () => `after its end command ${commandId} was told to be ${later?.state}`);
}

function isEnd({ state }: Report): boolean {
  return isStable(state);
}

/** How long an act that was started by mistake would need to show. */
function longestMs(scene: Scene): number {
  const { typicalMs } = scene.op(scene.ops()[0] ?? "").duration;
  return scene.rig.isVirtual ? 2 * typicalMs : Math.min(typicalMs, 5_000);
}
