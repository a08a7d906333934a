import type { Check } from "../check.ts";
import { answerWithinMs, describe } from "../scene.ts";
import { claim } from "../verdict.ts";

export const heartbeatAndWill: readonly Check[] = [
  {
    id: "C6.1",
    promise: "Heartbeats come at the announced period, numbered, from the boot that was announced.",
    fix: "send hb every heartbeatMs with n one higher each time and this start's bootId",
    async run(scene) {
      const { heartbeatMs } = scene.announced();
      const from = scene.heartbeats.length;
      const periods = 4;
      await scene.pass(periods * heartbeatMs + heartbeatMs / 2);
      const heard = scene.heartbeats.slice(from).map(({ heartbeat }) => heartbeat);
      const isInTime = heard.length >= periods - 1 && heard.length <= periods + 2;
      claim(isInTime, `${heard.length} heartbeats in ${periods} periods of ${heartbeatMs} ms`);
      const isRising = heard.every(({ n }, index) => index === 0 || n > (heard[index - 1]?.n ?? n));
      claim(isRising, `their numbers were ${heard.map(({ n }) => n).join(", ")}`);
      const bootId = scene.states.at(-1)?.state.bootId;
      const isSameBoot = heard.every((heartbeat) => heartbeat.bootId === bootId);
      claim(isSameBoot, "they name another boot than the birth does");
    },
  },
  {
    id: "C6.2",
    promise: "When its connection breaks, its death is announced for it: retained, offline, of this very connection.",
    fix: "give the broker the death as the will, with the bootId and bdSeq of the birth that follows",
    needs: ["cut-link"],
    async run(scene) {
      const birth = scene.states.at(-1)?.state;
      const from = scene.states.length;
      await scene.rig.link?.drop();
      const death = () => scene.states.slice(from).find(({ state }) => !state.online)?.state;
      await scene.until(() => death() !== undefined, 3 * answerWithinMs);
      const found = death();
      scene.rig.link?.rejoin();
      claim(found !== undefined, "30 s after the connection broke no death had been announced");
      const isSame = found.bootId === birth?.bootId && found.bdSeq === birth.bdSeq;
      claim(isSame, () => {
        return `the death was of ${found.bootId}/${found.bdSeq}, the birth of ${birth?.bootId}/${birth?.bdSeq}`;
      });
    },
  },
  {
    id: "C6.3",
    promise: "After a break it announces a birth with a higher number of the same boot, and its capabilities again.",
    fix: "on every connect publish caps and a birth with bdSeq one higher, and keep the bootId",
    needs: ["cut-link"],
    async run(scene) {
      const birth = scene.states.at(-1)?.state;
      const caps = scene.announcements.length;
      await scene.rig.link?.drop();
      await scene.pass(1_000);
      scene.rig.link?.rejoin();
      const next = () => {
        const last = scene.states.at(-1)?.state;
        return last?.online === true && last.bdSeq > (birth?.bdSeq ?? 0) ? last : undefined;
      };
      await scene.until(() => next() !== undefined, 3 * answerWithinMs);
      const found = next();
      claim(found !== undefined, `no birth after number ${birth?.bdSeq} within 30 s`);
      claim(found.bootId === birth?.bootId, "it says to be another boot, and the process is the same");
      await scene.until(() => scene.announcements.length > caps, answerWithinMs);
      claim(scene.announcements.length > caps, "it did not publish its capabilities again");
    },
  },
  {
    id: "C6.4",
    promise: "After a start it refuses every command until it has answered a reconcile.",
    fix: "refuse execute as not-reconciled after a boot (D11)",
    needs: ["restart"],
    async run(scene) {
      await scene.restart();
      const before = await scene.acts();
      const early = scene.order();
      await scene.send(early);
      const answer = await scene.answer(early.commandId);
      claim(answer.kind === "refusal" && answer.code === "not-reconciled", () => `it answered ${describe(answer)}`);
      await scene.pass(2_000);
      claim((await scene.acts()) === before, "the equipment acted");
      const reconciled = await scene.reconcile();
      claim(reconciled.kind === "snapshot", () => `reconcile was answered with ${describe(reconciled)}`);
    },
  },
  {
    id: "C6.5",
    promise: "An engine of an older epoch is refused, whatever it asks for.",
    fix: "compare epoch with the fence before anything else, for cmd and ctl alike (D1, D12)",
    async run(scene) {
      scene.epoch++;
      await scene.reconcile();
      await scene.carryOut();
      const before = await scene.acts();
      const late = scene.order({ epoch: scene.epoch - 1 });
      await scene.send(late);
      const answer = await scene.answer(late.commandId);
      claim(answer.kind === "refusal" && answer.code === "stale-epoch", () => `execute: ${describe(answer)}`);
      claim((await scene.acts()) === before, "the equipment acted for an older engine");
      const reconciled = await scene.reconcile({ epoch: scene.epoch - 1 });
      const isRefused = reconciled.kind === "refusal" && reconciled.code === "stale-epoch";
      claim(isRefused, () => `reconcile: ${describe(reconciled)}`);
    },
  },
  {
    id: "C6.6",
    promise: "A restart does not make it believe an older engine.",
    fix: "write the fence into the journal before you answer, and read it at the start (D12)",
    needs: ["restart"],
    async run(scene) {
      scene.epoch++;
      await scene.reconcile();
      await scene.restart();
      const reconciled = await scene.reconcile({ epoch: scene.epoch - 1 });
      const isRefused = reconciled.kind === "refusal" && reconciled.code === "stale-epoch";
      claim(isRefused, () => `reconcile with an older epoch was answered with ${describe(reconciled)}`);
    },
  },
];
