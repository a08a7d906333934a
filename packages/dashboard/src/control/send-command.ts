import type { Receipt } from "@labloop/contracts";
import type { Control } from "./requests.ts";

const types: Readonly<Record<Control, string>> = {
  pause: "campaign.pause",
  resume: "campaign.resume",
  stop: "campaign.stop",
  abort: "campaign.abort",
  estop: "estop.raise",
  clear: "estop.clear",
  answer: "step.answer",
  resolve: "doubt.resolve",
  probe: "doubt.probe",
  release: "device.release",
  restore: "restore.confirm",
  reload: "device.reload",
};

/** Longest wait for the server's word, in ms. */
const answerWithinMs = 10_000;

/** A new driver is tried before the old one goes; a server gives it 30 s, and a busy machine takes some more. */
const reloadWithinMs = 60_000;

/** Sends what a person asked for and returns the server's receipt; rejects when no receipt came. */
export async function sendCommand(control: Control, fields: Readonly<Record<string, unknown>> = {}): Promise<Receipt> {
  const response = await fetch("/api/commands", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...fields, type: types[control] }),
    signal: AbortSignal.timeout(control === "reload" ? reloadWithinMs : answerWithinMs),
  });
  const answer = (await response.json()) as { readonly seq?: unknown; readonly reason?: unknown };
  if (response.ok && typeof answer.seq === "number") return { ok: true, seq: answer.seq };
  return { ok: false, reason: typeof answer.reason === "string" ? answer.reason : `HTTP ${response.status}` };
}
