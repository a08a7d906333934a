import { LabError, sleep } from "@labloop/contracts";
import {
  createLineExchange,
  defineDevice,
  type Ending,
  type LineExchange,
  type OperationContext,
} from "@labloop/driver";
import * as z from "zod";
import { decodeAnswer, gramsOf, type SicsAnswer, TERMINATOR } from "./wire.ts";

const Config = z.strictObject({
  /** How long the balance may take to answer anything but `S`, in ms of real time; chosen. */
  answerMs: z.number().int().min(100).default(5_000),
  /** For how long a stable weight is asked for again and again, in ms of lab time; chosen. */
  stabilityMs: z.number().int().min(1_000).default(120_000),
});
type Config = z.infer<typeof Config>;

interface Session {
  readonly exchange: LineExchange;
  readonly config: Config;
  readonly serial: string;
  readonly firmware: string | null;
}

/** Pause between two requests for a stable weight, in lab time: chosen, a balance settles in a few seconds. */
const ASK_AGAIN_MS = 1_000;

/** A METTLER TOLEDO balance or scale that speaks MT-SICS level 0. */
export default defineDevice<Config, Session>({
  kind: "mettler-toledo-mt-sics",
  driverVersion: "0.1.0",
  capability: "balance",
  title: { en: "METTLER TOLEDO balance (MT-SICS)", ja: "メトラー・トレド天びん (MT-SICS)" },
  provenance: {
    manual: "METTLER TOLEDO Reference Manual: MT-SICS Interface Commands for XPR and XSR Balances, 30324923E (10/2020)",
    metHardware: false,
  },
  config: Config,

  async connect(stream, config, { linkClock }) {
    const exchange = createLineExchange(stream, { linkClock, terminator: TERMINATOR });
    // `@` drops what an earlier session may have left pending; its answer, the serial number, comes after any of it.
    const lines = await exchange.ask("@", {
      timeoutMs: config.answerMs,
      isLast: (line) => isTextOf(decodeAnswer(line), "I4") || decodeAnswer(line).kind === "refusal",
    });
    const last = decodeAnswer(lines.at(-1) ?? "");
    const serial = last.kind === "text" ? last.texts[0] : undefined;
    if (serial === undefined) {
      throw new LabError("wire.wrongInstrument", `asked for its serial number, the other side said "${lines.at(-1)}"`, {
        hint: "check address and port, and that the balance's interface is set to host mode with MT-SICS",
      });
    }
    const [software] = await exchange.ask("I3", { timeoutMs: config.answerMs });
    const version = decodeAnswer(software ?? "");
    return { exchange, config, serial, firmware: version.kind === "text" ? (version.texts[0] ?? null) : null };
  },

  identify: ({ serial, firmware }) => ({ serial, firmware }),

  operations: {
    weigh: {
      title: "Weigh what stands on the pan",
      version: "1.0.0",
      params: {},
      result: { mass: { type: "quantity", unit: "g", description: "Net weight, once stable" } },
      retryClass: "retry-safe",
      duration: { typicalMs: 10_000, maxMs: 300_000 },
      // Reading a weight moves nothing, so there is nothing to remember, nothing to set off and nothing to find again:
      // a reading that was cut short is taken anew under the next attempt.
      baseline: async () => ({}),
      start: async () => {},
      watch: ({ exchange, config }, _params, _baseline, context) => readStable(exchange, config, context),
      probe: async () => ({
        outcome: "not-happened",
        decisive: true,
        evidence: { why: "a reading that was not reported is lost, and taking it moved nothing" },
      }),
    },
  },
});

async function readStable(exchange: LineExchange, config: Config, context: OperationContext): Promise<Ending> {
  const { labClock, linkClock, signal } = context;
  const giveUpAt = labClock.now() + config.stabilityMs;
  // In a lab that runs faster than life, answers still take their time on the wire.
  const answeredBy = linkClock.now() + config.answerMs;
  for (;;) {
    // The balance answers `S` when it has settled, or says `S I` after a time-out of its own.
    const [line = ""] = await exchange.ask("S", { timeoutMs: config.stabilityMs + config.answerMs });
    const ending = endingOf(decodeAnswer(line), line);
    if (ending !== null) return ending;
    if (labClock.now() >= giveUpAt && linkClock.now() >= answeredBy) {
      return failed(
        "balance.notStable",
        `no stable weight within ${config.stabilityMs} ms; the last word was "${line}"`,
      );
    }
    await sleep(labClock, ASK_AGAIN_MS, signal);
  }
}

/** The end that an answer to `S` makes, or null when it is worth asking again. */
function endingOf(answer: SicsAnswer, line: string): Ending | null {
  if (answer.kind === "weight" && answer.id === "S" && answer.status === "S") {
    const grams = gramsOf(answer.value, answer.unit);
    if (grams === null) {
      return failed("balance.unit", `the balance shows "${answer.unit}"; set its display unit to g, kg or mg`);
    }
    return {
      state: "succeeded",
      result: { mass: { value: grams, unit: "g" } },
      executed: {},
      evidence: { answer: line },
    };
  }
  if (answer.kind === "status" && answer.id === "S") {
    if (answer.status === "I") return null;
    if (answer.status === "+")
      return failed("balance.overload", "the load is above the balance's range; lighten the pan");
    if (answer.status === "-")
      return failed("balance.underload", "the load is below the range; is the pan in its place?");
  }
  if (answer.kind === "refusal" && answer.code === "ET") return null;
  return failed("balance.refused", `asked for a stable weight, the balance said "${line}"`);
}

function failed(code: string, message: string): Ending {
  return { state: "failed", physical: "none", error: { code, message, class: "instrument" } };
}

function isTextOf(answer: SicsAnswer, id: string): boolean {
  return answer.kind === "text" && answer.id === id;
}
