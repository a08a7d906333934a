import type { Receipt } from "@labloop/contracts";
import type { Control } from "./requests.ts";

const types: Readonly<Record<Control, string>> = {
  pause: "campaign.pause",
  resume: "campaign.resume",
  stop: "campaign.stop",
  abort: "campaign.abort",
  estop: "estop.raise",
  clear: "estop.clear",
};

/** Longest wait for the server's word, in ms. */
const answerWithinMs = 10_000;

/** Sends what a person asked for and returns the server's receipt; rejects when no receipt came. */
export async function sendCommand(control: Control, reason?: string): Promise<Receipt> {
  const response = await fetch("/api/commands", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ type: types[control], ...(reason === undefined ? {} : { reason }) }),
    signal: AbortSignal.timeout(answerWithinMs),
  });
  const answer = (await response.json()) as { readonly seq?: unknown; readonly reason?: unknown };
  if (response.ok && typeof answer.seq === "number") return { ok: true, seq: answer.seq };
  return { ok: false, reason: typeof answer.reason === "string" ? answer.reason : `HTTP ${response.status}` };
}
