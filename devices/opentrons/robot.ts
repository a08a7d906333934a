import { type Clock, LabError, sleep } from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";
import { asSocket, type ByteStream } from "@labloop/driver";
import type * as z from "zod";
import { apiVersion, Refusal, versionHeader } from "./wire.ts";

// Imported by its name it makes all that it exports, fetch and WebSocket too: 35 ms that nothing here needs (measured, Node 24).
const { Agent, request } = process.getBuiltinModule("node:http");

/** How often the connection is used at least, ms of real time: the robot's server closes an idle one after 5 s. */
const keepAliveMs = 2_000;

/** An answer other than success, with the robot's own word for why. */
export class RobotRefusal extends LabError {
  readonly status: number;
  readonly id: string;

  constructor(status: number, id: string, message: string) {
    super("opentrons.refused", message);
    this.status = status;
    this.id = id;
  }
}

/** The robot's HTTP server over one connection: requests go out one after the other, in order. */
export interface Robot {
  /** Rejects with `RobotRefusal`, with `wire.timeout` after closing the connection, or when the connection is lost. */
  get<Body>(path: string, body: z.ZodType<Body>): Promise<Body>;
  post<Body>(path: string, data: object, body: z.ZodType<Body>): Promise<Body>;
  patch<Body>(path: string, data: object, body: z.ZodType<Body>): Promise<Body>;
  /** Sends files as a form does. */
  upload<Body>(
    path: string,
    files: readonly { name: string; bytes: Uint8Array }[],
    body: z.ZodType<Body>,
  ): Promise<Body>;
}

/** Returns the robot at the other end of a stream; it takes all of the stream's bytes from now on. */
export function createRobot(stream: ByteStream, linkClock: Clock, answerMs: number): Robot {
  const socket = asSocket(stream);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  // One connection, from the kit; when it is gone the session is over.
  agent.createConnection = () => socket;
  let turn: Promise<unknown> = Promise.resolve();
  let usedAt = linkClock.now();

  const send = (method: string, path: string, type: string | null, content: Uint8Array | null) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      if (!stream.isOpen) {
        reject(new LabError("wire.closed", "the connection to the robot is closed"));
        return;
      }
      const cancel = linkClock.at(linkClock.now() + answerMs, () => {
        reject(new LabError("wire.timeout", `no answer to ${method} ${path} within ${answerMs} ms`));
        stream.close();
      });
      const fail = (error: unknown) => {
        cancel();
        reject(new LabError("wire.closed", `${method} ${path}: the connection was lost`, { cause: error }));
      };
      const headers = {
        [versionHeader]: apiVersion,
        ...(content === null ? {} : { "content-type": type ?? "application/json", "content-length": content.length }),
      };
      const outgoing = request({ agent, host: "robot", method, path, headers }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => void chunks.push(chunk));
        incoming.on("error", fail);
        incoming.on("close", () => {
          if (!incoming.complete) {
            fail(new Error("the answer is not whole"));
            return;
          }
          cancel();
          usedAt = linkClock.now();
          resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") });
        });
      });
      outgoing.on("error", fail);
      outgoing.end(content ?? undefined);
    });

  const ask = <Body>(
    method: string,
    path: string,
    type: string | null,
    content: Uint8Array | null,
    body: z.ZodType<Body>,
  ) => {
    const answer = turn.then(async () => {
      const { status, text } = await send(method, path, type, content);
      return read(`${method} ${path}`, status, text, body);
    });
    // The next in line does not care how this one ended; whoever asked hears of it.
    turn = answer.catch(() => undefined);
    return answer;
  };
  const json = (data: object) => Buffer.from(JSON.stringify({ data }), "utf8");

  const stayConnected = async () => {
    while (stream.isOpen) {
      await sleep(linkClock, keepAliveMs, ending.signal);
      if (linkClock.now() - usedAt >= keepAliveMs) await turn.then(() => send("GET", "/health", null, null));
    }
  };
  const ending = new AbortController();
  stream.onClose(() => ending.abort());
  // Whatever breaks it breaks the connection too, which the kit sees.
  stayConnected().catch(() => stream.close());

  return {
    get: (path, body) => ask("GET", path, null, null, body),
    post: (path, data, body) => ask("POST", path, null, json(data), body),
    patch: (path, data, body) => ask("PATCH", path, null, json(data), body),
    upload(path, files, body) {
      const boundary = `labloop-${sha256(Buffer.concat(files.map(({ bytes }) => bytes))).slice(0, 24)}`;
      const parts = files.flatMap(({ name, bytes }) => [
        Buffer.from(
          `--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="${name.replaceAll('"', "")}"\r\n` +
            "Content-Type: application/octet-stream\r\n\r\n",
          "utf8",
        ),
        bytes,
        Buffer.from("\r\n"),
      ]);
      const content = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
      return ask("POST", path, `multipart/form-data; boundary=${boundary}`, content, body);
    },
  };
}

function read<Body>(what: string, status: number, text: string, body: z.ZodType<Body>): Body {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new LabError("wire.unreadable", `${what} was answered with ${status} and no JSON`);
  }
  if (status < 200 || status >= 300) {
    const refusal = Refusal.safeParse(parsed).data?.errors[0];
    const why = refusal === undefined ? text.slice(0, 200) : `${refusal.title} ${refusal.detail}`.trim();
    throw new RobotRefusal(status, refusal?.id ?? "unknown", `${what} was refused (${status}): ${why}`);
  }
  const checked = body.safeParse(parsed);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new LabError("wire.unreadable", `${what}: ${issue?.path.join(".")}: ${issue?.message}`);
}
