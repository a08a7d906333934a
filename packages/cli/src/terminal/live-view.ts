import type { Clock } from "@labloop/contracts";
import { actOf, type KeyAct, momentOf } from "./keys.ts";
import { openScreen, type TerminalInput, type TerminalOutput } from "./open-screen.ts";
import { openAddress } from "./open-address.ts";
import { renderScreen } from "./render-screen.ts";
import type { Watched } from "./watched.ts";

/** Time between two paintings, ms: faster than this the eye sees no more. */
const paintEveryMs = 100;

/** Time for which something said stays on the screen, ms. */
const noticeMs = 8_000;

export interface LiveViewOptions {
  readonly watched: Watched;
  readonly dashboard: string | null;
  /** The data folder, as a person types it; null where it is not known. */
  readonly data: string | null;
  /** What came of it; null before the end. */
  readonly end: () => readonly string[] | null;
  /** Whether a person may leave before the end. */
  readonly canLeave: boolean;
  /** Who is at the keys. */
  readonly person: string;
  readonly isColour: boolean;
  readonly clock: Clock;
  readonly output: TerminalOutput;
  readonly input: TerminalInput;
  /** Ctrl-C while leaving is not to be had. */
  readonly onInterrupt: () => void;
}

/** A screen that follows a lab and takes a person's keys. */
export interface LiveView {
  /** Shows a line to the person for a while. */
  say(text: string): void;
  /** Resolves when the person has left, or was made to. */
  readonly left: Promise<void>;
  /** Ends the stay as the person would. */
  leave(): void;
  /** Gives the terminal back, its last screen left standing. */
  close(): void;
}

/** Opens a live view; it paints at most ten times a second, and only what has changed. */
export function openLiveView(options: LiveViewOptions): LiveView {
  const { watched, dashboard, person, isColour, clock, output, input } = options;
  let isHelpShown = false;
  let areDoubtsShown = false;
  let notice: { readonly text: string; readonly until: number } | null = null;
  let isOpen = true;
  let leave: () => void = () => undefined;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });

  const canQuit = () => options.canLeave || options.end() !== null;
  const say = (text: string) => {
    notice = { text, until: clock.now() + noticeMs };
    paint();
  };
  const act = (wanted: KeyAct | null) => {
    switch (wanted?.kind) {
      case "command":
        watched.submit(wanted.command).then(
          (receipt) => say(receipt.ok ? `asked: ${wanted.command.type}` : `refused: ${receipt.reason}`),
          (error: unknown) => say(`not sent: ${error instanceof Error ? error.message : String(error)}`),
        );
        return;
      case "open":
        openAddress(dashboard ?? "", say);
        return;
      case "help":
        isHelpShown = !isHelpShown;
        paint();
        return;
      case "doubts":
        areDoubtsShown = !areDoubtsShown;
        paint();
        return;
      case "quit":
        leave();
        return;
      case "interrupt":
        options.onInterrupt();
        return;
      case undefined:
    }
  };
  const screen = openScreen(output, input, {
    key: (pressed) => act(actOf(pressed, momentOf(watched.view(), { dashboard, canQuit: canQuit(), person }))),
    resize: () => paint(),
  });

  function paint(): void {
    if (notice !== null && clock.now() > notice.until) notice = null;
    const extras = {
      labAt: watched.labNow(),
      progress: watched.progress(),
      dashboard,
      data: options.data,
      stale: watched.stale(),
      notice: notice?.text ?? null,
      isHelpShown,
      areDoubtsShown,
      canQuit: canQuit(),
      person,
      end: options.end(),
    };
    screen.paint(renderScreen(watched.view(), watched.waiting(), extras, screen.size, isColour));
  }

  let cancel = () => {};
  const tick = () => {
    paint();
    cancel = clock.at(clock.now() + paintEveryMs, tick);
  };
  tick();
  return {
    say,
    left,
    leave: () => leave(),
    close() {
      if (!isOpen) return;
      isOpen = false;
      cancel();
      paint();
      screen.close();
    },
  };
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Resolves when the person has left a view, or the process was told to end. */
export async function leftOrTold(view: Pick<LiveView, "left" | "leave">): Promise<void> {
  const leave = () => view.leave();
  for (const signal of signals) process.on(signal, leave);
  await view.left;
  for (const signal of signals) process.off(signal, leave);
}
