import type { CampaignView, LabView, OperatorCommand } from "@labloop/contracts";
import { whatWaits } from "../doubt/what-waits.ts";

/** What a key does at this moment. */
export type KeyAct =
  | { readonly kind: "command"; readonly command: OperatorCommand }
  | { readonly kind: "open" }
  | { readonly kind: "help" }
  | { readonly kind: "doubts" }
  | { readonly kind: "quit" }
  | { readonly kind: "interrupt" };

/** A key with what it does now. */
export interface KeyOffer {
  readonly key: string;
  readonly label: string;
  readonly help: string;
  readonly act: KeyAct;
}

/** What the keys depend on. */
export interface KeyMoment {
  readonly phase: CampaignView["phase"] | null;
  /** Whether an E-STOP is in force. */
  readonly isHalted: boolean;
  readonly dashboard: string | null;
  /** Whether leaving leaves the campaign alone: when only watching, or once it is over. */
  readonly canQuit: boolean;
  /** How many things wait for a person's answer. */
  readonly waits: number;
  /** Who is at the keys. */
  readonly person: string;
}

/** Returns what the keys depend on, as it is in a view. */
export function momentOf(
  view: LabView,
  { dashboard, canQuit, person }: Pick<KeyMoment, "dashboard" | "canQuit" | "person">,
): KeyMoment {
  const { campaign } = view;
  const isHalted = campaign?.estop?.active === true;
  return { phase: campaign?.phase ?? null, isHalted, dashboard, canQuit, waits: whatWaits(view).count, person };
}

const by = { kind: "operator", name: "terminal" } as const;
const reason = "asked for at the terminal";

/** Returns the keys that do something now, in the order in which they are shown. */
export function keyOffers({ phase, isHalted, dashboard, canQuit, waits, person }: KeyMoment): KeyOffer[] {
  const command = (key: string, label: string, help: string, of: OperatorCommand): KeyOffer => ({
    key,
    label,
    help,
    act: { kind: "command", command: of },
  });
  const pause = command("p", "pause", "start nothing more; what runs goes on", { type: "campaign.pause", by, reason });
  const resume = command("p", "resume", "go on where it was paused", { type: "campaign.resume", by });
  const stop = command("s", "stop", "finish what runs, then end well", { type: "campaign.stop", by, reason });
  const halt = command("e", "E-STOP", "cut all motion now; a request by software, no safety circuit", {
    type: "estop.raise",
    by,
    reason,
  });
  const clear = command("c", "clear E-STOP", "let devices be used again; nothing resumes by itself", {
    type: "estop.clear",
    // It is a person's to clear, and not that of whoever may be at a terminal (S4).
    by: { kind: "operator", name: person },
    reason,
  });
  const isOver = phase === null || phase === "finished" || phase === "aborted";
  return [
    ...(phase === "running" ? [pause] : phase === "paused" ? [resume] : []),
    ...(phase === "running" || phase === "paused" ? [stop] : []),
    ...(isOver ? [] : [halt]),
    ...(isHalted ? [clear] : []),
    ...(waits === 0
      ? []
      : [
          { key: "d", label: "doubts", help: "show or hide what waits for a person", act: { kind: "doubts" } } as const,
        ]),
    ...(dashboard === null
      ? []
      : [{ key: "o", label: "open", help: "open the dashboard in a browser", act: { kind: "open" } } as const]),
    { key: "?", label: "help", help: "show or hide this", act: { kind: "help" } },
    ...(canQuit
      ? [{ key: "q", label: "quit", help: "leave; data stay where they are", act: { kind: "quit" } } as const]
      : []),
  ];
}

/** Returns what a pressed key does now, or null for nothing. Ctrl-C is never without effect. */
export function actOf(pressed: string, moment: KeyMoment): KeyAct | null {
  if (pressed === "\u0003") return moment.canQuit ? { kind: "quit" } : { kind: "interrupt" };
  return keyOffers(moment).find(({ key }) => key === pressed.toLowerCase())?.act ?? null;
}
