import type { Clock } from "@labloop/contracts";
import type { Watched } from "../terminal/watched.ts";
import type { HeldView } from "./held-view.ts";
import { postCommand } from "./post-command.ts";

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
