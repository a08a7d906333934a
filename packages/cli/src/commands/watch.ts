import { randomInt } from "node:crypto";
import { createRealClock } from "@labloop/clock";
import { type FeedMessage, LabError, type LabView } from "@labloop/contracts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { loginName } from "../login-name.ts";
import { print, printJson } from "../say.ts";
import { endLines } from "../terminal/end-lines.ts";
import { leftOrTold, openLiveView } from "../terminal/live-view.ts";
import { terminalOf } from "../terminal/terminal-of.ts";
import { createHeldView } from "../watch/held-view.ts";
import { openFeed } from "../watch/open-feed.ts";
import { plainChanges } from "../watch/plain-changes.ts";
import { createPlainWaits } from "../watch/plain-waits.ts";
import { watchFeed } from "../watch/watch-feed.ts";

/** `labloop watch`: follows a running campaign over its live feed, on a screen, as plain lines, or as NDJSON. */
export async function watch(flags: { url: string; json?: boolean }): Promise<ExitCode> {
  if (!URL.canParse(flags.url)) throw new LabError("usage.badUrl", `--url ${flags.url} is not an address`);
  const clock = createRealClock();
  const held = createHeldView();
  let told = held.view();
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const terminal = flags.json === true ? null : terminalOf(process);
  const waitsIn = createPlainWaits();
  const onMessage = (message: FeedMessage) => {
    if (flags.json === true) printJson(message);
    else if (terminal === null) {
      const waits = message.type === "pulse" ? waitsIn(message.waiting) : [];
      for (const line of [...plainChanges(told, held.view()), ...waits]) print(line);
    }
    told = held.view();
    if (isOver(told)) end();
  };
  // A reader that has gone, as in `labloop watch | head`, has seen enough.
  process.stdout.on("error", end);
  const feed = openFeed({ url: flags.url, held, clock, jitter: () => randomInt(2 ** 32) / 2 ** 32, onMessage });
  try {
    await feed.opened;
    if (terminal === null) {
      await ended;
      return exitCode.done;
    }
    const live = openLiveView({
      ...terminal,
      watched: watchFeed(flags.url, held, feed.stale, clock),
      dashboard: flags.url,
      data: null,
      end: () => (isOver(held.view()) ? endLines(held.view()) : null),
      canLeave: true,
      person: loginName(),
      clock,
      onInterrupt: () => undefined,
    });
    try {
      await leftOrTold(live);
      return exitCode.done;
    } finally {
      live.close();
    }
  } finally {
    feed.close();
  }
}

function isOver({ campaign }: LabView): boolean {
  return campaign?.phase === "finished" || campaign?.phase === "aborted";
}
