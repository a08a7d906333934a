import type { OperatorCommand, Receipt } from "@labloop/contracts";
import * as z from "zod";

const Answer = z.union([
  z.object({ ok: z.literal(true), seq: z.number() }),
  z.object({ ok: z.literal(false), reason: z.string() }),
]);

/** Sends a command to a running campaign; people are told by name alone: the server knows what kind comes this way. */
export async function postCommand(url: string, { by, ...command }: OperatorCommand): Promise<Receipt> {
  const second = "confirmedBy" in command ? { confirmedBy: command.confirmedBy?.name } : {};
  const response = await fetch(new URL("/api/commands", url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...command, ...second, name: by.name }),
  });
  const answer = Answer.safeParse(await response.json());
  return answer.success ? answer.data : { ok: false, reason: `the server answered with ${response.status}` };
}
