import { LabError, sleep } from "@labloop/contracts";
import {
  type ContextFor,
  createLineExchange,
  defineDevice,
  defineFaults,
  type Done,
  type Evidence,
  type Failed,
  type LineExchange,
  quantity,
  type ValuesOf,
} from "@labloop/driver";
import * as z from "zod";
import { decodeState, LIMITS, type PumpState, TERMINATOR } from "./wire.ts";

/** Longest wait for an answer, real time: chosen. */
const ANSWER_MS = 5_000;
/** From one look at a running dose to the next, lab time: chosen. */
const LOOK_MS = 500;

interface Session {
  readonly exchange: LineExchange;
  readonly firmware: string;
  readonly serial: string;
}

const Baseline = z.object({ dose: z.number() });

const dose = {
  params: {
    speed: quantity("rpm", { min: LIMITS.minRpm, max: LIMITS.maxRpm }),
    time: quantity("s", { min: LIMITS.minS, max: LIMITS.maxS }),
  },
  /** By the pump's own clock, and by what that makes at the speed it was set to. */
  result: { ran: quantity("s"), turns: quantity("1") },
};

const faults = defineFaults("pump", {
  busy: { message: "dose {dose} is still running", hint: "wait for its end, or stop it at the pump", physical: "none" },
  stopped: { message: "the dose was stopped after {seconds} s", physical: "partial" },
});

/** The simulated dosing pump of a first lab; see README.md. */
export default defineDevice({
  kind: "starter-pump",
  driverVersion: "1.0.0",
  api: 1,
  capability: "dosing-pump",
  title: { en: "Dosing pump of a first lab (simulated)", ja: "最初の実験室の送液ポンプ（シミュレーション）" },
  provenance: { manual: "README.md: it stands for no product", metHardware: false },
  config: z.strictObject({}),
  faults,

  async connect(stream, _config, { linkClock }): Promise<Session> {
    const exchange = createLineExchange(stream, { linkClock, terminator: TERMINATOR });
    const [line = ""] = await exchange.ask("ID?", { timeoutMs: ANSWER_MS });
    const [name, firmware, serial] = line.split(" ");
    if (name !== "STARTER-PUMP" || firmware === undefined || serial === undefined) {
      throw new LabError("wire.wrongInstrument", `asked who it is, the other side said "${line}"`, {
        hint: "this driver is for the simulated pump; name your own pump's driver in lab.yaml",
      });
    }
    return { exchange, firmware, serial };
  },

  identify: ({ serial, firmware }) => ({ serial, firmware }),

  async halt({ exchange }) {
    await exchange.ask("STOP", { timeoutMs: ANSWER_MS });
  },

  operations: {
    dose: {
      title: "Turn the pump head at a speed for a time",
      version: "1.0.0",
      ...dose,
      probes: true,
      duration: { typicalMs: 5_000, maxMs: 120_000, byParams: { baseMs: 500, terms: [{ ms: 1_000, of: ["time"] }] } },

      async baseline(session) {
        const seen = await look(session);
        if (seen.state === "RUN") throw faults.busy({ dose: seen.dose });
        return { dose: seen.dose };
      },

      async start({ exchange }, { speed, time }) {
        const [answer = ""] = await exchange.ask(`DOSE ${speed.value} ${time.value}`, { timeoutMs: ANSWER_MS });
        if (!answer.startsWith("OK ")) throw new LabError("pump.refused", `the pump answered DOSE with "${answer}"`);
      },

      async watch(session, params, baseline, context) {
        for (;;) {
          const seen = await look(session);
          const end = endOf(seen, params, baseline, context);
          if (end !== null) return end;
          context.progress(Math.min(1, seen.seconds / params.time.value));
          await sleep(context.labClock, LOOK_MS, context.signal);
        }
      },

      async probe(session, params, baseline, context) {
        const seen = await look(session);
        const evidence = { ...seen };
        const before = Baseline.parse(baseline).dose;
        if (seen.dose === before) return { outcome: "not-happened", decisive: true, isUnbegun: true, evidence };
        if (seen.dose !== before + 1) return { outcome: "unknown", decisive: false, evidence };
        if (seen.state === "RUN") return { outcome: "running", decisive: true, evidence };
        if (seen.state === "STOPPED") return { outcome: "partial", decisive: true, evidence };
        const ending = endOf(seen, params, baseline, context);
        if (ending === null) return { outcome: "unknown", decisive: false, evidence };
        return { outcome: "happened", decisive: true, isWhole: true, evidence, ending };
      },

      async stop(session) {
        await session.exchange.ask("STOP", { timeoutMs: ANSWER_MS });
        const seen = await look(session);
        return faults.stopped({ seconds: seen.seconds }, { ...seen }).ending;
      },
    },
  },
});

async function look({ exchange }: Session): Promise<PumpState> {
  const [line = ""] = await exchange.ask("STATE?", { timeoutMs: ANSWER_MS });
  const state = decodeState(line);
  if (state === null) throw new LabError("pump.unreadable", `the pump answered STATE? with "${line}"`);
  return state;
}

/** How the dose after the baseline has ended, or null while it runs. */
function endOf(
  seen: PumpState,
  { speed }: ValuesOf<typeof dose.params>,
  baseline: Evidence,
  { done }: ContextFor<typeof dose>,
): Done<ValuesOf<typeof dose.params>, ValuesOf<typeof dose.result>> | Failed | null {
  if (seen.dose !== Baseline.parse(baseline).dose + 1) {
    throw new LabError("pump.otherDose", `the pump is at dose ${seen.dose}, which is not the one that was ordered`);
  }
  if (seen.state === "RUN") return null;
  if (seen.state === "STOPPED") return faults.stopped({ seconds: seen.seconds }, { ...seen }).ending;
  const turns = (speed.value * seen.seconds) / 60;
  return done(
    { ran: { value: seen.seconds, unit: "s" }, turns: { value: turns, unit: "1" } },
    { evidence: { ...seen } },
  );
}
