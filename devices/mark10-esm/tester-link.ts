import { type Clock, LabError } from "@labloop/contracts";
import { type ByteStream, createLineReader } from "@labloop/driver";
import {
  decodeReading,
  decodeSettings,
  decodeStatus,
  encodeGaugeCommands,
  isGaugeError,
  type StandStatus,
  TERMINATOR,
} from "./wire.ts";

/** Stand and gauge on one wire; whoever talks is heard out before the next one may. */
export interface TesterLink {
  /** Sends stand commands that have no answer. */
  tell(commands: string): Promise<void>;
  status(): Promise<StandStatus>;
  /** Asks the stand for a number: `a` speed, `q` and `r` cycles, `v` and `w` limits, `x` travel. */
  number(letter: "a" | "q" | "r" | "v" | "w" | "x"): Promise<number>;
  /** Hands commands to the gauge; resolves with what they answered and the settings that end it. */
  gauge(commands: readonly string[]): Promise<{ answers: string[]; settings: string[] }>;
}

/** Returns the link over a fresh stream. A missing answer closes it, since a late one would be taken for the next. */
export function createTesterLink(stream: ByteStream, linkClock: Clock, answerMs: number): TesterLink {
  const reader = createLineReader(stream, { terminator: TERMINATOR });
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const result = turn.then(act);
    // The next in line does not care how this one ended; whoever asked hears of it.
    turn = result.catch(() => {});
    return result;
  };
  const send = (text: string) => stream.write(Buffer.from(text, "latin1"));
  const nextLine = async () => {
    try {
      return await reader.next(linkClock, answerMs);
    } catch (error) {
      stream.close();
      throw error;
    }
  };
  const askStand = (letter: string) =>
    inTurn(() => {
      send(letter);
      return nextLine();
    });

  return {
    tell: (commands) => inTurn(async () => send(commands)),
    async status() {
      const line = await askStand("p");
      return decodeStatus(line) ?? strange("p", line);
    },
    async number(letter) {
      const line = await askStand(letter);
      return decodeReading(line)?.value ?? strange(letter, line);
    },
    gauge: (commands) =>
      inTurn(async () => {
        // Setters are silent and a full memory has no end mark, but the answer to `LIST` is like no other: it ends all.
        send(encodeGaugeCommands([...commands, "LIST"]));
        const answers: string[] = [];
        for (;;) {
          const line = await nextLine();
          const settings = decodeSettings(line);
          if (settings === null) {
            answers.push(line);
            continue;
          }
          const fault = answers.find(isGaugeError);
          if (fault === undefined) return { answers, settings };
          throw new LabError(
            "tester.gaugeRefused",
            `of "${commands.join(" ")}" the gauge refused one: ${fault.trim()}`,
            {
              hint: "is it a Series 7 gauge or Model 7i indicator, and set up as the README of this driver says?",
            },
          );
        }
      }),
  };
}

function strange(letter: string, line: string): never {
  throw new LabError("tester.strangeAnswer", `asked "${letter}", the stand said "${line}"`, {
    hint: "is this an ESM stand with PC control, and its display in millimetres?",
  });
}
