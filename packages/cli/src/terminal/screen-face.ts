import { againstRandom } from "../report/against-random.ts";
import { relative } from "node:path";
import { createRealClock } from "@labloop/clock";
import type { LabView } from "@labloop/contracts";
import type { Face, OpenFace } from "../face.ts";
import { openLog } from "../log.ts";
import { loginName } from "../login-name.ts";
import { stuckLines } from "../report/stuck-lines.ts";
import type { RunEnd } from "../run-campaign.ts";
import { say } from "../say.ts";
import { endLines } from "./end-lines.ts";
import { leftOrTold, type LiveView, openLiveView } from "./live-view.ts";
import type { terminalOf } from "./terminal-of.ts";
import { watchJournal } from "./watch-journal.ts";

/**
 * Returns what opens the face of a run on a terminal: a live screen that stays after the end, with everything still up,
 * until the person leaves or the process is told to end. The log goes to a file meanwhile.
 */
export function screenFaceOn(terminal: NonNullable<ReturnType<typeof terminalOf>>): OpenFace {
  return ({ logFile }): Face => {
    let live: LiveView | null = null;
    let end: readonly string[] | null = null;
    let data = ".";
    let stopWatching: () => void = () => undefined;
    let view: ReturnType<typeof watchJournal> | null = null;
    return {
      log: openLog(logFile),
      say: (line) => (live === null ? say(line) : live.say(line)),
      record: () => undefined,
      open(engine, { journal, labClock, dashboard, data: folder }) {
        data = relative(process.cwd(), folder) || ".";
        view = watchJournal(journal, engine, labClock);
        stopWatching = view.close;
        live = openLiveView({
          ...terminal,
          watched: view,
          dashboard,
          data,
          end: () => end,
          canLeave: false,
          person: loginName(),
          clock: createRealClock(),
          // The signal that the terminal would have sent, had it not been told to pass keys on.
          onInterrupt: () => process.kill(process.pid, "SIGINT"),
        });
      },
      async stay(ended) {
        if (live === null || view === null || ended.end.kind === "broken") return;
        end = [...remarks(ended, view.view(), data), "", "q leaves this screen; the data stay where they are"];
        await leftOrTold(live);
      },
      leave: () => live?.leave(),
      close() {
        live?.close();
        live = null;
        stopWatching();
      },
    };
  };
}

function remarks({ end, last }: RunEnd, view: LabView, data: string): string[] {
  if (end.kind === "stuck") return stuckLines(end, data);
  const lines = endLines(view);
  const random = last?.random ?? null;
  if (random !== null) {
    lines.push(`random search: ${againstRandom(random)}`);
  } else if (last?.randomReason !== undefined) {
    lines.push(`random search: cannot be compared: ${last.randomReason}`);
  }
  return lines;
}
