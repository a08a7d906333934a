import { wholeLab } from "@labloop/contracts";
import { expect, test } from "vitest";
import type { Decision } from "../src/decide/decision.ts";
import type { EngineState } from "../src/state.ts";
import { createStopDesk } from "../src/stop-desk.ts";
import { mixingLab } from "./support/documents.ts";
import { quiet } from "./support/rig.ts";
import { by, clear, stoppedRig } from "./support/stoppable.ts";

test.each([
  ["a later stop", 3, true, true],
  ["an older stop", 1, true, false],
  ["a stop with the number of the clearing, which it overrules", 2, true, true],
  ["the clearing itself", 2, false, false],
])(
  "S2: while %s is heard and not in the journal yet, orders are held back where it stands",
  async (_what, stopId, active, isAhead) => {
    const rig = await stoppedRig({ lab: mixingLab(2) });
    expect(rig.engine.submit(clear)).toMatchObject({ ok: true });
    // As it is for as long as what is heard has not been recorded.
    const state = rig.engine.state();
    expect(state.estop).toMatchObject({ stopId: 2, isActive: false });
    const waiting: ((state: EngineState) => Decision)[] = [];
    const desk = createStopDesk({
      bus: rig.broker.connect({ clientId: "eng-other-1" }),
      linkClock: rig.clock,
      state: () => state,
      readiness: () => "committing",
      take: (input) => void waiting.push(input),
      commit: () => rig.journal.head().seq,
      head: () => rig.journal.head().seq,
      onUnrecorded: (error) => {
        throw error;
      },
      log: quiet,
    });
    const button = rig.broker.connect({ clientId: "dev-button" });
    await rig.pass(100);
    expect(desk.isAhead()).toBe(false);
    const at = new Date(rig.clock.now()).toISOString();
    const head = { v: 1, kind: "estop", scope: "lab", reason: "fire", by, at } as const;
    await button.publish("estop", wholeLab, { ...head, stopId, active });
    await rig.pass(10);
    expect(desk.isAhead()).toBe(isAhead);
    desk.close();
  },
);
