import { LabError } from "@labloop/contracts";
import { type AnswerOf, readAnswer } from "./answer-pattern.ts";
import type { DeclaredFault } from "./fault-declaration.ts";
import { raise } from "./faults.ts";
import type { DriverContext } from "../define-device.ts";
import type { ByteStream } from "../wire/byte-stream.ts";
import { createLineExchange, type LineExchangeOptions } from "../wire/line-exchange.ts";

export interface LineSettings extends Omit<LineExchangeOptions, "linkClock"> {
  /** How long an answer may take, ms of real time; default 5,000. */
  readonly answerMs?: number;
  /** Lines without an answer, sent at every connection before anything is asked. */
  readonly hello?: readonly string[];
  /** Who is there: its answer may have the places `{serial}` and `{firmware}`; another answer is another instrument. */
  readonly identify: { readonly ask: string; readonly answer: string };
  /** Faults with an `answer` are thrown whenever the instrument says so. */
  readonly faults?: Readonly<Record<string, DeclaredFault>>;
}

/** A connection to an instrument that is asked and told in lines, and has said who it is. */
export interface LineSession {
  readonly serial: string | null;
  readonly firmware: string | null;
  /**
   * Sends a line in its turn and resolves with what the one line that answers it says at the places of the pattern:
   * `ask("READ", "ABS {value:number}")`. Rejects with the declared fault whose `answer` it is; with `wire.unexpected` for
   * any other answer, with `wire.timeout` for none, with `wire.closed` when the wire ends: after these three the kit looks
   * for evidence of what the line had set off.
   */
  readonly ask: <const Pattern extends string>(line: string, answer: Pattern) => Promise<AnswerOf<Pattern>>;
  /** Sends a line that has no answer, in its turn. */
  readonly tell: (line: string) => Promise<void>;
}

/** Returns the `connect` of an instrument that is asked and told in lines of text; it rejects with `wire.wrongInstrument` when somebody else answers. */
export function connectLines(
  settings: LineSettings,
): (stream: ByteStream, config: unknown, context: Pick<DriverContext, "linkClock">) => Promise<LineSession> {
  const { answerMs = 5_000, hello = [], identify, faults = {}, ...lines } = settings;
  return async (stream, _config, { linkClock }) => {
    const exchange = createLineExchange(stream, { ...lines, linkClock });
    const askLine = async (line: string) => (await exchange.ask(line, { timeoutMs: answerMs }))[0] ?? "";
    for (const line of hello) await exchange.tell(line);
    const greeting = await askLine(identify.ask);
    const known: Readonly<Record<string, string | number>> | null = readAnswer(identify.answer, greeting);
    if (known === null) {
      throw new LabError("wire.wrongInstrument", `asked "${identify.ask}", the other side said "${greeting}"`, {
        hint: `this driver waits for "${identify.answer}"; check the address, and the line's settings`,
      });
    }
    return {
      serial: textOrNull(known["serial"]),
      firmware: textOrNull(known["firmware"]),
      async ask<const Pattern extends string>(line: string, answer: Pattern) {
        const said = await askLine(line);
        const values = readAnswer(answer, said);
        if (values !== null) return values;
        for (const fault of Object.values(faults)) {
          const places = fault.answer === undefined ? null : readAnswer(fault.answer, said);
          if (places !== null) throw raise(fault, { asked: line, answer: said, ...places });
        }
        throw new LabError("wire.unexpected", `asked "${line}", it said "${said}", and not "${answer}"`);
      },
      tell: (line) => exchange.tell(line),
    };
  };
}

function textOrNull(value: string | number | undefined): string | null {
  return value === undefined ? null : String(value);
}
