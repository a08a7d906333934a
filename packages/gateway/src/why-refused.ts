import type { IncomingMessage } from "node:http";

const names = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Returns why a request is not served, as a sentence, or null when it is.
 *
 * There is no password on loopback, so what keeps foreign web pages out is this: the Host must be ours (a foreign name
 * that was made to resolve to loopback gives itself away), and so must the Origin, which a browser sends with every POST
 * and every WebSocket. Scripts send none, and are let in.
 */
export function whyRefused(request: IncomingMessage): string | null {
  // A connection that has gone meanwhile has no port, and is nobody's.
  const port = request.socket.localPort ?? 0;
  const { host, origin } = request.headers;
  // URL leaves the port out where a browser does, too.
  const ours = names.map((name) => new URL(`http://${name}:${port}`));
  if (!ours.some((url) => url.host === host)) {
    return `the host "${host ?? ""}" is not this lab: open it as ${ours[0]?.origin}`;
  }
  if (origin !== undefined) {
    return ours.some((url) => url.origin === origin) ? null : `a page of "${origin}" may not speak to this lab`;
  }
  const isAct = request.method !== "GET" && request.method !== "HEAD";
  const isUpgrade = request.headers.upgrade !== undefined;
  const isFromBrowser = request.headers["sec-fetch-site"] !== undefined;
  return (isAct || isUpgrade) && isFromBrowser ? "a browser must say which page asks, by the Origin header" : null;
}
