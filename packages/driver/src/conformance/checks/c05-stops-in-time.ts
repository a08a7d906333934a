import type { Refusal, Report } from "@labloop/contracts";
import type { Check } from "../check.ts";
import { answerWithinMs, describe, ofKind, type Scene } from "../scene.ts";
import { claim, NotApplicable } from "../verdict.ts";
import { started } from "./c04-disturbed-network.ts";

/** An act that was nearly over may still come to its end, and over a network a cancel takes its time; chosen. */
const wholeAfterMs = { virtual: 100, real: 1_500 };

export const stopsInTime: readonly Check[] = [
  {
    id: "C5.1",
    promise:
      "A running act that may be stopped stops when it is cancelled; one that may not goes on, and that is said.",
    fix: "declare stop where it does no harm; else answer a cancel of a running command with its state (D8)",
    async run(scene) {
      let stopped = 0;
      for (const op of scene.ops()) {
        const fresh = await scene.again();
        const execute = fresh.order({ op });
        await fresh.send(execute);
        await started(fresh, execute);
        const isOver = fresh
          .reports(execute.commandId)
          .some(({ state }) => state !== "accepted" && state !== "started");
        const told = fresh.reports(execute.commandId).length;
        const cancelledAt = fresh.rig.clock.now();
        await fresh.cancel(execute);
        const { stoppable } = fresh.op(op);
        const answered = () => fresh.reports(execute.commandId).length > told;
        await fresh.until(answered, 2 * answerWithinMs);
        claim(answered(), `${op}: the cancel was not answered within 20 s`);
        const end = await fresh.end(execute.commandId);
        const tookMs = fresh.rig.clock.now() - cancelledAt;
        await fresh.ack([execute.commandId]);
        if (isOver || !stoppable) continue;
        claim(end.state !== "rejected", () => `${op}: ${describe(end)}`);
        // An act that went on after a stop without an answer is a success or in doubt, by what its instrument tells.
        const hasGoneOn = end.state !== "failed" && tookMs > wholeAfterMs[fresh.rig.isVirtual ? "virtual" : "real"];
        claim(!hasGoneOn, `${op}: it was carried out to its end, ${Math.round(tookMs)} ms after it was cancelled`);
        stopped++;
      }
      return { stopped };
    },
  },
  {
    id: "C5.2",
    promise: "An E-STOP is answered with stopped, in time, also in the middle of an act.",
    fix: "latch, cut motion on the session that is open, answer as soon as the equipment has taken it (S2)",
    async run(scene) {
      const execute = scene.order();
      await scene.send(execute);
      await started(scene, execute);
      const { clock, stopWithinMs } = scene.rig;
      const sentAt = clock.now();
      await scene.estop(true);
      const answer = await scene.stopped(answerWithinMs);
      const tookMs = clock.now() - sentAt;
      await clear(scene);
      claim(answer !== null, "no stopped within 10 s of the E-STOP");
      claim(tookMs <= stopWithinMs, `stopped came after ${tookMs} ms, and at most ${stopWithinMs} ms are allowed here`);
      return { stopMs: Math.round(tookMs), saidMs: Math.round(answer.tookMs) };
    },
  },
  {
    id: "C5.3",
    promise: "Nothing starts while the E-STOP stands.",
    fix: "look at the latch when a command comes in (D3) and once more right before the first byte (D4)",
    async run(scene) {
      await scene.estop(true);
      await scene.stopped(answerWithinMs);
      const before = await scene.acts();
      const execute = scene.order();
      await scene.send(execute);
      const answer = await scene.answer(execute.commandId);
      await scene.pass(2_000);
      const acts = (await scene.acts()) - before;
      const last = scene.reports(execute.commandId).at(-1) ?? answer;
      await clear(scene);
      claim(acts === 0, `the equipment acted ${acts} times under an E-STOP`);
      claim(isTurnedDown(last), () => `a command under an E-STOP was answered with ${describe(last)}`);
    },
  },
  {
    id: "C5.4",
    promise: "What was running when the E-STOP came has one end afterwards, if need be unknown.",
    fix: "end the wait for the act, look for evidence, and report what it shows or unknown (S3)",
    async run(scene) {
      const execute = scene.order();
      await scene.send(execute);
      await started(scene, execute);
      await scene.estop(true);
      await scene.stopped(answerWithinMs);
      const end = await scene.end(execute.commandId);
      await clear(scene);
      claim(end.state !== "rejected", () => `it ended as ${describe(end)}`);
      await scene.ack([execute.commandId]);
    },
  },
  {
    id: "C5.5",
    promise: "A restart does not undo the E-STOP.",
    fix: "write the highest stopId and the latch into the journal, and read them at the start (S2)",
    needs: ["restart"],
    async run(scene) {
      await scene.estop(true, true);
      await scene.stopped(answerWithinMs);
      await scene.restart();
      const before = await scene.acts();
      await scene.reconcile();
      const execute = scene.order();
      await scene.send(execute);
      const answer = await scene.answer(execute.commandId);
      await scene.pass(2_000);
      const acts = (await scene.acts()) - before;
      await clear(scene);
      claim(acts === 0, "restarted under an E-STOP, the device acted");
      claim(isTurnedDown(answer), () => `restarted under an E-STOP, it answered ${describe(answer)}`);
    },
  },
  {
    id: "C5.6",
    promise: "Once it is cleared, nothing starts before the next reconcile, and everything after it.",
    fix: "a cleared E-STOP leaves the device unreconciled: refuse execute as not-reconciled until it has answered one (S4)",
    async run(scene) {
      await scene.estop(true);
      await scene.stopped(answerWithinMs);
      await scene.estop(false);
      await scene.pass(500);
      const early = scene.order();
      await scene.send(early);
      const answer = await scene.answer(early.commandId);
      claim(answer.kind === "refusal" && answer.code === "not-reconciled", () => `before it: ${describe(answer)}`);
      scene.epoch++;
      const reconciled = await scene.reconcile();
      claim(reconciled.kind === "snapshot", () => `reconcile was answered with ${describe(reconciled)}`);
      const { end } = await scene.carryOut();
      claim(end.state !== "rejected", () => `after it: ${describe(end)}`);
    },
  },
  {
    id: "C5.7",
    promise: "What it announces to be pausable stands still when asked, and goes on when asked.",
    fix: "answer pause and resume with control-result, ok once the equipment has taken it",
    async run(scene) {
      const op = scene.ops().find((name) => scene.op(name).pausable === true);
      if (op === undefined) throw new NotApplicable("no operation is announced as pausable");
      const execute = scene.order({ op });
      await scene.send(execute);
      await started(scene, execute);
      for (const kind of ["pause", "resume"] as const) {
        const rid = scene.rig.ids.ulid();
        await scene.control({ kind, rid, commandId: execute.commandId });
        const answer = () => ofKind(scene.messages, "control-result").find((result) => result.rid === rid);
        await scene.until(() => answer() !== undefined, answerWithinMs);
        claim(answer()?.ok === true, () => `${kind}: ${answer()?.error?.message ?? "no answer within 10 s"}`);
      }
      await scene.end(execute.commandId);
      await scene.ack([execute.commandId]);
    },
  },
];

/** Clears the E-STOP as a person would have it, so that no check leaves one behind. */
async function clear(scene: Scene): Promise<void> {
  await scene.estop(false);
  await scene.pass(500);
  scene.epoch++;
  await scene.reconcile();
}

function isTurnedDown(answer: Report | Refusal): boolean {
  return answer.kind === "refusal" || answer.state === "rejected" || answer.state === "cancelled";
}
