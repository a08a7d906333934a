import { type Cancel, LabError } from "@labloop/contracts";
import { type ByteStream, createLineExchange, type DriverContext } from "@labloop/driver";
import { decodeReply, encodeCommand, type MarlinReply } from "./wire.ts";

/** An open line to one printer: one command at a time, each numbered and answered before the next. */
export interface PrinterSession {
  /** The firmware's own name, with version and build date. */
  readonly firmware: string;
  /** MACHINE_UUID; null when the build reports none. */
  readonly uuid: string | null;
  /** Sends a command and resolves with everything said up to its `ok`. */
  command(text: string): Promise<readonly MarlinReply[]>;
  /** Every line the printer says, asked for or not: reports come in between questions and answers. */
  onReply(listener: (reply: MarlinReply) => void): Cancel;
  onClose(listener: () => void): Cancel;
}

/**
 * Opens a session and learns who answers; moves nothing.
 *
 * Rejects with `printer.notMarlin` when something else is on the line, with `wire.timeout` when nothing is.
 */
export async function openPrinter(
  stream: ByteStream,
  answerTimeoutMs: number,
  context: DriverContext,
): Promise<PrinterSession> {
  const exchange = createLineExchange(stream, { linkClock: context.linkClock, terminator: "\n" });
  const listeners = new Set<(reply: MarlinReply) => void>();
  const tellAll = (reply: MarlinReply) => {
    for (const listener of listeners) listener(reply);
  };
  exchange.onUnasked((line) => tellAll(decodeReply(line)));
  const isBusy = (line: string) => decodeReply(line).kind === "busy";
  let lineNumber = 0;

  const command = async (text: string): Promise<readonly MarlinReply[]> => {
    lineNumber++;
    const lines = await exchange.ask(encodeCommand(lineNumber, text), {
      timeoutMs: answerTimeoutMs,
      isBusy,
      isLast: (line) => ["ok", "resend"].includes(decodeReply(line).kind),
    });
    const replies = lines.map(decodeReply);
    for (const reply of replies) tellAll(reply);
    if (replies.some((reply) => reply.kind === "resend")) {
      // Some firmwares follow a refused line with an `ok`, others do not: only a fresh session can tell which `ok` is whose.
      stream.close();
      throw new LabError("printer.lineDamaged", `the printer refused "${text}", which was damaged on its way`, {
        hint: "check the serial cable, its length and the baud rate",
      });
    }
    return replies;
  };

  await synchronise();
  const greeting = (await command("M115")).find((reply) => reply.kind === "firmware");
  if (greeting === undefined || !greeting.name.startsWith("Marlin")) {
    throw new LabError("printer.notMarlin", `${context.deviceId}: what answers M115 is no Marlin printer`, {
      hint: "check the address and the baud rate of the serial server",
    });
  }
  return {
    firmware: greeting.name,
    uuid: greeting.uuid,
    command,
    onReply(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onClose: (listener) => stream.onClose(listener),
  };

  /**
   * Skips whatever an earlier session left on the line: half a command (the empty line ends it, and without its checksum
   * it is refused), an old line number, answers nobody waited for. The text that M118 echoes marks where ours begin.
   */
  async function synchronise(): Promise<void> {
    await exchange.tell("");
    await exchange.tell(encodeCommand(lineNumber, `M110 N${lineNumber}`));
    lineNumber++;
    const mark = `sync ${context.linkClock.now()}`;
    let isMarked = false;
    await exchange.ask(encodeCommand(lineNumber, `M118 ${mark}`), {
      timeoutMs: answerTimeoutMs,
      isBusy,
      isLast: (line) => {
        if (line.trim() === mark) isMarked = true;
        return isMarked && decodeReply(line).kind === "ok";
      },
    });
  }
}
