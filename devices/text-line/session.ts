import { LabError } from "@labloop/contracts";
import type { ByteStream, DriverContext } from "@labloop/driver";
import { matches } from "./answer.ts";
import type { AtOnce, TextDeclaration } from "./declaration.ts";
import { createTextExchange, type TextExchange } from "./text-exchange.ts";

/** A connection to an instrument that has said who it is. */
export interface TextSession {
  readonly exchange: TextExchange;
  readonly serial: string | null;
  readonly firmware: string | null;
}

/** How many entries an error queue may hold; SCPI instruments keep some tens. Beyond it the answer is no queue's. */
const longestQueue = 100;

/** Asks who is there; rejects with `wire.wrongInstrument` when it is somebody else. */
export async function openSession(
  stream: ByteStream,
  declared: TextDeclaration,
  { linkClock }: DriverContext,
): Promise<TextSession> {
  const { terminator, encoding, answerMs, hello, identify } = declared;
  const ends = typeof terminator === "string" ? { send: terminator, receive: terminator } : terminator;
  const exchange = createTextExchange(stream, { linkClock, answerMs, encoding, terminator: ends });
  for (const line of hello) await exchange.tell(line);
  const answer = await exchange.ask(identify.ask);
  const found = new RegExp(identify.answer, "u").exec(answer);
  if (found === null) {
    throw new LabError("wire.wrongInstrument", `asked "${identify.ask}", the other side said "${answer}"`, {
      hint: `the declaration of ${declared.kind} waits for ${identify.answer}; check the address, and the line's settings`,
    });
  }
  return { exchange, serial: found.groups?.["serial"] ?? null, firmware: found.groups?.["firmware"] ?? null };
}

/** Sends what stops or halts, at once and in this order; rejects with `text.refused` when an answer says that it was not taken. */
export async function sendAtOnce({ exchange }: TextSession, lines: readonly AtOnce[]): Promise<void> {
  const send = async (line: AtOnce) => {
    if (typeof line === "string") {
      exchange.tellNow(line);
      return;
    }
    const answer = await exchange.askNow(line.ask);
    if (matches(line.answer, answer)) return;
    throw new LabError("text.refused", `told "${line.ask}", the instrument said "${answer}"`);
  };
  await Promise.all(lines.map(send));
}

/** Reads the error queue empty and returns what stood in it. */
export async function drainErrors({ exchange }: TextSession, declared: TextDeclaration): Promise<string[]> {
  const { errors } = declared;
  if (errors === undefined) return [];
  const none = new RegExp(errors.none, "u");
  const found: string[] = [];
  for (;;) {
    const line = await exchange.ask(errors.ask);
    if (none.test(line)) return found;
    found.push(line);
    if (found.length > longestQueue) {
      throw new LabError(
        "text.endlessErrors",
        `asked "${errors.ask}" again and again, the instrument still says "${line}"`,
      );
    }
  }
}
