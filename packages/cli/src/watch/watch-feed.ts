import { type Clock, type OperatorCommand, type Receipt } from "@labloop/contracts";
import * as z from "zod";
import type { Watched } from "../terminal/watched.ts";
import type { HeldView } from "./held-view.ts";

const Answer = z.union([
  z.object({ ok: z.literal(true), seq: z.number() }),
  z.object({ ok: z.literal(false), reason: z.string() }),
]);

/** Returns a lab as watched over its feed; between two pulses, lab time goes on at its own pace. */
export function watchFeed(url: string, held: HeldView, stale: () => string | null, clock: Clock): Watched {
  return {
    view: () => held.view(),
    waiting: () => held.waiting,
    labNow() {
      const { pulse } = held;
      const campaign = held.view().campaign;
      if (pulse === null) return campaign?.startedAt ?? 0;
      const pace = campaign === null || campaign.clock.kind === "virtual" ? 0 : campaign.clock.scale;
      // A lab that is not heard of stands still on the screen.
      return stale() === null ? pulse.labAt + (clock.now() - pulse.heardAt) * pace : pulse.labAt;
    },
    progress: () => held.pulse?.progress ?? {},
    stale,
    submit: (command) => postCommand(url, command),
  };
}

/** Who asks is said by name alone: the server knows what kind of operator comes this way. */
async function postCommand(url: string, { by, ...command }: OperatorCommand): Promise<Receipt> {
  const response = await fetch(new URL("/api/commands", url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...command, name: by.name }),
  });
  const answer = Answer.safeParse(await response.json());
  return answer.success ? answer.data : { ok: false, reason: `the server answered with ${response.status}` };
}
