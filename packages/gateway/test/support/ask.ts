import { type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** Asks with exactly these headers, over a connection of its own; Host is what the URL says unless it is given. */
export function ask(
  url: string,
  { method = "GET", headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes: Buffer.concat(chunks) }),
      );
    });
    asking.on("error", reject);
    asking.end(body);
  });
}

/** Posts a value as JSON to the operators' desk. */
export function post(url: string, value: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const body = JSON.stringify(value);
  return ask(`${url}/api/commands`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
}

export const jsonOf = ({ bytes }: Answer): unknown => JSON.parse(bytes.toString());

/** Sends a request as it stands, which no decent client would, and returns all that comes back. */
export function askRaw(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
    socket.write(request);
  });
}
