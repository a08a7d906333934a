import { type Execute, topicOf } from "@labloop/contracts";
import { isStable } from "../is-stable.ts";
import * as fc from "fast-check";
import type { Check } from "../check.ts";
import { answerWithinMs, describe, type Scene } from "../scene.ts";
import { claim, NotApplicable } from "../verdict.ts";
import { claimOneEnd } from "./c03-one-result.ts";

/** Commands of the storm; chosen. */
const inStorm = 12;
/** After this many ms of link time everything of the storm is out. */
const stormMs = 6_000;

const delay = fc.nat({ max: stormMs });
/** When each copy of a command comes, and now and then a cancel or an ack that nobody has waited for. */
const inTrouble = fc.record({
  copies: fc.array(delay, { minLength: 1, maxLength: 4 }),
  cancel: fc.option(delay, { freq: 3 }),
  ack: fc.option(delay, { freq: 3 }),
});

export const disturbedNetwork: readonly Check[] = [
  {
    id: "C4.1",
    promise: "Commands that come late, twice and out of order have one end each, and act at most once each.",
    fix: "decide by the id and the journal alone, never by the order in which messages come (D2)",
    async run(scene) {
      const before = await scene.acts();
      await scene.carryOut();
      const each = (await scene.acts()) - before;
      const from = await scene.acts();
      const orders = Array.from({ length: scene.rig.isVirtual ? inStorm : 4 }, () => scene.order());
      const storm = fc.sample(inTrouble, { seed: scene.seed, numRuns: orders.length });
      const { clock } = scene.rig;
      const fails: unknown[] = [];
      const later = (delayMs: number | null, send: () => Promise<void>) => {
        if (delayMs === null) return;
        clock.at(clock.now() + delayMs, () => {
          send().catch((error: unknown) => fails.push(error));
        });
      };
      for (const [index, order] of orders.entries()) {
        for (const delayMs of storm[index]?.copies ?? []) later(delayMs, () => scene.send(order));
        later(storm[index]?.cancel ?? null, () => scene.cancel(order));
        later(storm[index]?.ack ?? null, () => scene.ack([order.commandId]));
      }
      await scene.pass(stormMs + 500);
      for (const { commandId } of orders) await scene.end(commandId);
      await scene.pass(3_000);
      for (const { commandId } of orders) claimOneEnd(scene, commandId);
      claim(fails.length === 0, () => `the broker did not take the suite's messages: ${String(fails[0])}`);
      const acts = (await scene.acts()) - from;
      const ran = orders.filter(({ commandId }) => scene.reports(commandId).some(({ state }) => state === "started"));
      claim(acts <= ran.length * each, `${ran.length} commands were started, and the equipment acted ${acts} times`);
      await scene.ack(orders.map(({ commandId }) => commandId));
      return { commands: orders.length, started: ran.length, acts };
    },
  },
  {
    id: "C4.2",
    promise: "A command whose time to live is over is not started.",
    fix: "ttlMs counts from receipt, less the age that issuedAt tells; reject it then (section 10)",
    async run(scene) {
      const before = await scene.acts();
      const late = scene.order({ issuedAt: new Date(scene.rig.clock.now() - 120_000).toISOString(), ttlMs: 30_000 });
      await scene.send(late);
      const end = await scene.end(late.commandId);
      claim(end.state === "rejected" || end.state === "cancelled", () => `it ended as ${describe(end)}`);
      claim((await scene.acts()) === before, "the equipment acted");
      await scene.ack([late.commandId]);
    },
  },
  {
    id: "C4.3",
    promise: "An end that came while there was no network is told once there is one again.",
    fix: "on every connect report again what nobody has acknowledged (D6)",
    needs: ["cut-link"],
    async run(scene) {
      const execute = scene.order();
      await scene.send(execute);
      await started(scene, execute);
      await scene.rig.link?.drop();
      await scene.pass(2_000);
      scene.rig.link?.rejoin();
      await scene.end(execute.commandId);
      await scene.pass(2_000);
      claimOneEnd(scene, execute.commandId);
      await scene.ack([execute.commandId]);
    },
  },
  {
    id: "C4.4",
    promise:
      "A driver that dies in the middle of an act brings it to one end after its restart, and does not act again.",
    fix: "on a start, cancel what was accepted and look for evidence of what was started; never run it again (D7)",
    needs: ["restart"],
    async run(scene) {
      const before = await scene.acts();
      const clean = await scene.carryOut();
      const each = (await scene.acts()) - before;
      const from = await scene.acts();
      const execute = scene.order({ params: scene.paramsFor(clean.execute.op) });
      await scene.send(execute);
      await started(scene, execute);
      await scene.restart();
      const answer = await scene.reconcile({ open: [execute] });
      claim(answer.kind === "snapshot", () => `reconcile was answered with ${describe(answer)}`);
      await scene.end(execute.commandId);
      await scene.send(execute);
      await scene.pass(3_000);
      claimOneEnd(scene, execute.commandId);
      const acts = (await scene.acts()) - from;
      claim(acts <= Math.max(each, 0), `the equipment acted ${acts} times; one such command is ${each}`);
      await scene.ack([execute.commandId]);
    },
  },
  {
    id: "C4.5",
    promise: "After a restart the journal is the same one, the boot another, and nothing that it knew is forgotten.",
    fix: "keep the journal on disk and make bootId anew at every start (section 5)",
    needs: ["restart"],
    async run(scene) {
      const { execute, end } = await scene.carryOut();
      await scene.pass(500);
      const old = scene.states.at(-1)?.state;
      await scene.restart();
      const now = scene.states.at(-1)?.state;
      claim(now?.journalId === old?.journalId, `the journal was ${old?.journalId}, and is ${now?.journalId}`);
      claim(now?.bootId !== old?.bootId, "the bootId is the same");
      claim((now?.jseq ?? 0) >= (old?.jseq ?? 0), `jseq went back from ${old?.jseq} to ${now?.jseq}`);
      const answer = await scene.reconcile({ open: [execute] });
      claim(answer.kind === "snapshot", () => `reconcile was answered with ${describe(answer)}`);
      const state = answer.entries[0]?.state;
      claim(state === end.state, `of a command that had ended as ${end.state} it said ${state} after a restart`);
    },
  },
  {
    id: "C4.6",
    promise: "What it has reported, it still knows after it died in that very moment.",
    fix: "fsync first, report then (D2, D5)",
    needs: ["restart"],
    async run(scene) {
      let deaths = 0;
      const states = scene.rig.isVirtual ? (["accepted", "started", "end"] as const) : (["end"] as const);
      for (const at of states) {
        const fresh = await scene.again();
        const execute = fresh.order();
        const told = () =>
          fresh.reports(execute.commandId).find(({ state }) => state === at || (at === "end" && isStable(state)));
        await fresh.send(execute);
        await fresh.until(() => told() !== undefined, 2 * fresh.op(execute.op).duration.maxMs);
        const report = told();
        // What can start at once need not be told as accepted.
        if (report === undefined) continue;
        deaths++;
        await fresh.restart();
        const answer = await fresh.reconcile({ open: [execute] });
        claim(answer.kind === "snapshot", () => `reconcile was answered with ${describe(answer)}`);
        const known = answer.entries[0];
        claim(known?.state !== "never-seen", `it had reported ${report.state}, died, and knows nothing of it`);
        claim(at !== "end" || known?.state === report.state, () => {
          return `it had reported ${report.state}, died, and now says ${known?.state}`;
        });
        await fresh.end(execute.commandId);
        await fresh.ack([execute.commandId]);
      }
      if (deaths === 0) throw new NotApplicable("nothing was reported of a command");
      return { deaths };
    },
  },
  {
    id: "C4.7",
    promise: "A command that the broker had kept is never obeyed.",
    fix: "refuse what arrives with the retain flag as retained: it would run at every subscribe (D1)",
    needs: ["raw"],
    async run(scene) {
      const { inject, lab, deviceId } = scene.rig;
      const execute = scene.order();
      const before = await scene.acts();
      const topic = topicOf(lab, "command", deviceId);
      await inject?.(topic, Buffer.from(JSON.stringify(execute)), true);
      // A broker sets the flag only for who subscribes afterwards.
      await scene.rig.link?.drop();
      scene.rig.link?.rejoin();
      await scene.pass(answerWithinMs);
      await scene.until(() => scene.states.at(-1)?.state.online === true, answerWithinMs);
      await inject?.(topic, new Uint8Array(), true);
      const [report] = scene.reports(execute.commandId);
      claim(report === undefined, () => `it was taken: ${describe(report)}`);
      const refusal = scene.refusals(execute.commandId)[0];
      claim(refusal === undefined || refusal.code === "retained", () => `the answer was ${describe(refusal)}`);
      claim((await scene.acts()) === before, "the equipment acted");
    },
  },
];

/** Waits until a command was started, or has ended already. */
export async function started(scene: Scene, execute: Execute): Promise<void> {
  const isUnderWay = () => scene.reports(execute.commandId).some(({ state }) => state !== "accepted");
  await scene.until(isUnderWay, 3 * answerWithinMs);
  claim(isUnderWay(), `command ${execute.commandId} was not started within 30 s`);
}
