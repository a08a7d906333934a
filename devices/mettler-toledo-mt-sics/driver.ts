import { LabError, sleep } from "@labloop/contracts";
import {
  createLineExchange,
  defineDevice,
  defineFaults,
  type DriverContext,
  type LineExchange,
  quantity,
} from "@labloop/driver";
import * as z from "zod";
import { decodeAnswer, gramsOf, type SicsAnswer, TERMINATOR } from "./wire.ts";

const Config = z.strictObject({
  answerMs: z
    .number()
    .int()
    .min(100)
    .default(5_000)
    .describe("How long the balance may take to answer anything but `S`, in ms of real time; chosen"),
  stabilityMs: z
    .number()
    .int()
    .min(1_000)
    .default(120_000)
    .describe("For how long a stable weight is asked for again and again, in ms of lab time; chosen"),
});
type Config = z.infer<typeof Config>;

/** A reading moves nothing. */
const physical = "none";
const faults = defineFaults("balance", {
  notStable: { message: 'no stable weight within {ms} ms; the last word was "{line}"', physical },
  unit: { message: 'the balance shows "{unit}"', hint: "set its display unit to g, kg or mg", physical },
  overload: { message: "the load is above the balance's range", hint: "lighten the pan", physical },
  underload: { message: "the load is below the range", hint: "is the pan in its place?", physical },
  refused: { message: 'asked for a stable weight, the balance said "{line}"', physical },
});

/** Pause between two requests for a stable weight, in lab time: chosen, a balance settles in a few seconds. */
const ASK_AGAIN_MS = 1_000;

/** A METTLER TOLEDO balance or scale that speaks MT-SICS level 0. */
export default defineDevice({
  kind: "mettler-toledo-mt-sics",
  driverVersion: "0.1.0",
  capability: "balance",
  title: { en: "METTLER TOLEDO balance (MT-SICS)", ja: "メトラー・トレド天びん (MT-SICS)" },
  manual: "METTLER TOLEDO Reference Manual: MT-SICS Interface Commands for XPR and XSR Balances, 30324923E (10/2020)",
  config: Config,
  faults,

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

  // The interval is chosen: the yearly service that quality systems ask for. A lab states its own.
  calibration: { values: ["weigh.mass"], everyDays: 365, method: "weights of known mass" },

  operations: {
    weigh: {
      title: "Weigh what stands on the pan",
      version: "1.0.0",
      params: {},
      result: { mass: quantity("g", { description: "Net weight, once stable" }) },
      // A reading that was cut short is taken anew under the next attempt.
      retryClass: "retry-safe",
      duration: { typicalMs: 10_000, maxMs: 300_000 },
      async run({ exchange, config }, _params, { done, ...context }) {
        const { grams, line } = await readStable(exchange, config, context);
        return done({ mass: { value: grams, unit: "g" } }, { evidence: { answer: line } });
      },
    },
  },
});

async function readStable(
  exchange: LineExchange,
  config: Config,
  { labClock, linkClock, signal }: Pick<DriverContext, "labClock" | "linkClock"> & { readonly signal: AbortSignal },
): Promise<{ readonly grams: number; readonly line: string }> {
  const giveUpAt = labClock.now() + config.stabilityMs;
  // In a lab that runs faster than life, answers still take their time on the wire.
  const answeredBy = linkClock.now() + config.answerMs;
  for (;;) {
    // The balance answers `S` when it has settled, or says `S I` after a time-out of its own.
    const [line = ""] = await exchange.ask("S", { timeoutMs: config.stabilityMs + config.answerMs });
    const grams = stableGrams(decodeAnswer(line), line);
    if (grams !== null) return { grams, line };
    if (labClock.now() >= giveUpAt && linkClock.now() >= answeredBy) {
      throw faults.notStable({ ms: config.stabilityMs, line });
    }
    await sleep(labClock, ASK_AGAIN_MS, signal);
  }
}

/** The weight that an answer to `S` brings, or null when it is worth asking again; throws a fault that is no use repeating. */
function stableGrams(answer: SicsAnswer, line: string): number | null {
  if (answer.kind === "weight" && answer.id === "S" && answer.status === "S") {
    const grams = gramsOf(answer.value, answer.unit);
    if (grams === null) throw faults.unit({ unit: answer.unit });
    return grams;
  }
  if (answer.kind === "status" && answer.id === "S") {
    if (answer.status === "I") return null;
    if (answer.status === "+") throw faults.overload();
    if (answer.status === "-") throw faults.underload();
  }
  if (answer.kind === "refusal" && answer.code === "ET") return null;
  throw faults.refused({ line });
}

function isTextOf(answer: SicsAnswer, id: string): boolean {
  return answer.kind === "text" && answer.id === id;
}
