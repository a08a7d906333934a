import type { DeviceView, LabView } from "@labloop/contracts";
import { barOf, type Line, type Tone } from "./line.ts";
import type { ScreenExtras } from "./screen-extras.ts";
import { durationText } from "./words.ts";

/** Returns a line a device: what it does, for how long, and how far it is. */
export function deviceLines({ devices, doubts }: LabView, extras: ScreenExtras, columns: number): Line[] {
  const nameWidth = Math.min(16, Math.max(8, ...devices.map(({ device }) => device.length)));
  const doubted = new Set(doubts.map(({ commandId }) => commandId));
  return devices
    .toSorted((a, b) => a.device.localeCompare(b.device, "en", { numeric: true }))
    .map((device) => {
      const [sign, tone] = signs[device.phase];
      const name = device.device.padEnd(nameWidth);
      return [[` ${sign} `, tone], name, "  ", ...doingText(device, doubted, extras, columns - nameWidth - 5)];
    });
}

const signs: Readonly<Record<DeviceView["phase"], readonly [string, Tone]>> = {
  busy: ["●", "busy"],
  idle: ["○", "quiet"],
  reconciling: ["◌", "quiet"],
  local: ["◇", "warn"],
  offline: ["×", "warn"],
  suspect: ["?", "warn"],
  quarantined: ["!", "bad"],
};

function doingText(
  { phase, doing, message }: DeviceView,
  doubted: ReadonlySet<string>,
  extras: ScreenExtras,
  room: number,
): Line {
  if (doing === null || phase === "quarantined" || phase === "offline" || phase === "suspect") {
    const [, tone] = signs[phase];
    return [[`${phase}${message === null ? "" : `: ${message}`}`, tone]];
  }
  const what = `${doing.step.padEnd(11)} run ${String(doing.run).padEnd(4)}`;
  // Nobody knows whether it goes on: time that passes is no progress.
  if (doubted.has(doing.commandId)) return [what, ["in doubt", "bad"]];
  if (doing.startedAt === null) return [what, ["sent, not started yet", "quiet"]];
  const tookMs = extras.labAt - doing.startedAt;
  const time = `${durationText(tookMs)} of ~${durationText(doing.typicalMs)}`.padStart(17);
  const byTime = doing.typicalMs > 0 ? tookMs / doing.typicalMs : 0;
  // In a fast lab a device's own word is old by the time it comes.
  const share = Math.max(byTime, extras.progress[doing.commandId] ?? 0);
  const bar = room - what.length - time.length - 3;
  return [what, " ", time, ...(bar >= 5 ? ["  ", ...barOf(share, Math.min(24, bar))] : [])];
}
