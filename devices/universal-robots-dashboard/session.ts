import { type Cancel, LabError } from "@labloop/contracts";
import { type ByteStream, createLineExchange, type DriverContext, type LineExchange } from "@labloop/driver";
import { decodePolyscopeVersion, decodeSerialNumber, greeting } from "./wire.ts";

/** An open line to one robot's Dashboard Server. */
export interface DashboardSession {
  /** Null on controllers older than 3.12 or 5.6, which do not tell it. */
  readonly serial: string | null;
  readonly polyscope: string;
  /** Sends a request and resolves with its answer as read by `decode`; `arm.unknownAnswer` when that is null. */
  ask<Answer>(request: string, decode: (line: string) => Answer | null): Promise<Answer>;
  /** As `ask`, but null when the controller answers something else: for questions that older ones do not know. */
  tryAsk<Answer>(request: string, decode: (line: string) => Answer | null): Promise<Answer | null>;
}

/**
 * Opens a session and learns who answers; moves nothing.
 *
 * Rejects with `arm.notDashboard` when something else greets, with `arm.tooOld` below PolyScope 3.4: only from there on
 * does `play` answer once the program runs, and fail when it cannot.
 */
export async function openDashboard(
  stream: ByteStream,
  answerTimeoutMs: number,
  context: DriverContext,
): Promise<DashboardSession> {
  const exchange = createLineExchange(stream, { linkClock: context.linkClock, terminator: "\n" });
  const hello = await firstLine(stream, exchange, answerTimeoutMs, context);
  if (!hello.startsWith(greeting)) {
    throw new LabError(
      "arm.notDashboard",
      `${context.deviceId}: no Dashboard Server greeted, but "${hello.slice(0, 80)}"`,
      {
        hint: "the Dashboard Server listens on TCP port 29999 of CB3 and e-Series controllers",
      },
    );
  }
  const tryAsk: DashboardSession["tryAsk"] = async (request, decode) => {
    const [line = ""] = await exchange.ask(request, { timeoutMs: answerTimeoutMs });
    return decode(line);
  };
  const ask: DashboardSession["ask"] = async (request, decode) => {
    const [line = ""] = await exchange.ask(request, { timeoutMs: answerTimeoutMs });
    const answer = decode(line);
    if (answer === null)
      throw new LabError("arm.unknownAnswer", `"${request}" was answered "${line.trim().slice(0, 200)}"`);
    return answer;
  };
  const version = await ask("PolyscopeVersion", decodePolyscopeVersion);
  if (version.major < 3 || (version.major === 3 && version.minor < 4)) {
    throw new LabError("arm.tooOld", `${context.deviceId} runs ${version.text}`, {
      hint: "update to PolyScope 3.4 or later",
    });
  }
  return { serial: await tryAsk("get serial number", decodeSerialNumber), polyscope: version.text, ask, tryAsk };
}

function firstLine(
  stream: ByteStream,
  exchange: LineExchange,
  timeoutMs: number,
  { deviceId, linkClock }: DriverContext,
): Promise<string> {
  const stops: Cancel[] = [];
  return new Promise<string>((resolve, reject) => {
    stops.push(
      exchange.onUnasked(resolve),
      stream.onClose(() => reject(new LabError("wire.closed", `${deviceId} hung up before it greeted`))),
      linkClock.at(linkClock.now() + timeoutMs, () => {
        reject(new LabError("wire.timeout", `${deviceId} did not greet within ${timeoutMs} ms`));
      }),
    );
  }).finally(() => {
    for (const stop of stops) stop();
  });
}
