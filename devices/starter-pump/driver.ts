import { LabError, sleep, type Values } from "@labloop/contracts";
import { createLineExchange, defineDevice, type Ending, type Evidence, type LineExchange } from "@labloop/driver";
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
const Params = z.object({ speed: z.object({ value: z.number() }), time: z.object({ value: z.number() }) });

/** The simulated dosing pump of a first lab; see README.md. */
export default defineDevice<object, Session>({
  kind: "starter-pump",
  driverVersion: "1.0.0",
  api: 1,
  capability: "dosing-pump",
  title: { en: "Dosing pump of a first lab (simulated)", ja: "最初の実験室の送液ポンプ（シミュレーション）" },
  provenance: { manual: "README.md: it stands for no product", metHardware: false },
  config: z.strictObject({}),

  async connect(stream, _config, { linkClock }) {
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
      params: {
        speed: { type: "quantity", unit: "rpm", minimum: LIMITS.minRpm, maximum: LIMITS.maxRpm },
        time: { type: "quantity", unit: "s", minimum: LIMITS.minS, maximum: LIMITS.maxS },
      },
      result: {},
      probes: true,
      duration: { typicalMs: 5_000, maxMs: 120_000 },

      async baseline(session) {
        const { state, dose } = await look(session);
        if (state === "RUN") throw new LabError("pump.busy", `dose ${dose} is still running`);
        return { dose };
      },

      async start({ exchange }, params) {
        const { speed, time } = Params.parse(params);
        const [answer = ""] = await exchange.ask(`DOSE ${speed.value} ${time.value}`, { timeoutMs: ANSWER_MS });
        if (!answer.startsWith("OK ")) throw new LabError("pump.refused", `the pump answered DOSE with "${answer}"`);
      },

      async watch(session, params, baseline, { labClock, signal, progress }) {
        for (;;) {
          const seen = await look(session);
          const ending = endingOf(seen, params, baseline);
          if (ending !== null) return ending;
          progress(Math.min(1, seen.seconds / Params.parse(params).time.value));
          await sleep(labClock, LOOK_MS, signal);
        }
      },

      async probe(session, params, baseline) {
        const seen = await look(session);
        const evidence = { ...seen };
        const before = Baseline.parse(baseline).dose;
        if (seen.dose === before) return { outcome: "not-happened", decisive: true, evidence };
        if (seen.dose !== before + 1) return { outcome: "unknown", decisive: false, evidence };
        if (seen.state === "RUN") return { outcome: "running", decisive: true, evidence };
        if (seen.state === "STOPPED") return { outcome: "partial", decisive: true, evidence };
        const ending = endingOf(seen, params, baseline);
        if (ending === null) return { outcome: "unknown", decisive: false, evidence };
        return { outcome: "happened", decisive: true, isWhole: true, evidence, ending };
      },

      async stop(session) {
        await session.exchange.ask("STOP", { timeoutMs: ANSWER_MS });
        return stopped(await look(session));
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
function endingOf(seen: PumpState, params: Values, baseline: Evidence): Ending | null {
  if (seen.dose !== Baseline.parse(baseline).dose + 1) {
    throw new LabError("pump.otherDose", `the pump is at dose ${seen.dose}, which is not the one that was ordered`);
  }
  if (seen.state === "RUN") return null;
  if (seen.state === "STOPPED") return stopped(seen);
  return { state: "succeeded", result: {}, executed: params, evidence: { ...seen } };
}

function stopped(seen: PumpState): Extract<Ending, { state: "failed" }> {
  const message = `the dose was stopped after ${seen.seconds} s`;
  return {
    state: "failed",
    physical: "partial",
    error: { code: "pump.stopped", message, class: "instrument" },
    evidence: { ...seen },
  };
}
