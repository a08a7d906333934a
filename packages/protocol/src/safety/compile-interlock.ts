import type { InterlockRule, LabDescription } from "@labloop/contracts";
import type { Path } from "../documents/yaml-tree.ts";
import { faultOf } from "../outcome.ts";
import { own } from "../own.ts";
import { suggestOrList } from "../suggest.ts";
import { convert } from "../units/convert.ts";
import { mayHaveDevice } from "../unknown-in-lab.ts";
import type { ReportAt } from "./compile-envelope.ts";
import type { Interlock } from "./interlock.ts";
import { readBound, readDuration, unitFault } from "./read-bound.ts";

/** Returns an interlock as the lab's devices understand it; null when it names what they do not know, which is reported. */
export function compileInterlock(
  name: string,
  rule: InterlockRule,
  description: LabDescription,
  report: ReportAt,
): Interlock | null {
  const { devices } = description;
  let isSound = true;
  const refuse: ReportAt = (path, fault) => {
    isSound = false;
    report(path, fault);
  };
  const known = Object.keys(devices);
  const knownDevice = (device: string, path: Path) => {
    if (Object.hasOwn(devices, device) || mayHaveDevice(description, device)) return;
    const hint = suggestOrList(device, known, "devices");
    refuse(path, faultOf("interlock.deviceUnknown", `there is no device '${device}'`, hint));
  };
  knownDevice(rule.device, ["device"]);
  rule.holds?.forEach((device, i) => knownDevice(device, ["holds", i]));
  const watched = own(devices, rule.device);
  const unit = channelUnit(rule, watched?.telemetry ?? {}, watched === undefined ? () => undefined : refuse);

  const side = rule.below === undefined ? "above" : "below";
  const read = (written: string | number, path: Path): number => {
    const quantity = readBound(written);
    const wrong = quantity.ok ? unitFault(quantity.value.unit, unit ?? quantity.value.unit) : quantity.faults[0];
    if (wrong !== undefined) refuse(path, wrong);
    if (!quantity.ok) return Number.NaN;
    const converted = convert(quantity.value.value, quantity.value.unit, unit ?? quantity.value.unit);
    return converted.ok ? converted.value : Number.NaN;
  };
  const bound = read(rule.below ?? rule.above ?? Number.NaN, [side]);
  const clearsAt = rule.clearsAt === undefined ? bound : read(rule.clearsAt, ["clearsAt"]);
  if (side === "below" ? clearsAt > bound : clearsAt < bound) {
    const message = `it would clear where it trips: it has to hold ${side} its bound`;
    refuse(["clearsAt"], faultOf("interlock.clearsAt", message, `write a value ${side} the bound`));
  }
  const time = (key: "staleAfter" | "holdFor", isZeroAllowed: boolean): number => {
    const ms = readDuration(rule[key], isZeroAllowed);
    if (ms.ok) return ms.value;
    for (const fault of ms.faults.slice(0, 1)) refuse([key], fault);
    return 0;
  };
  const [staleAfterMs, holdMs] = [time("staleAfter", false), time("holdFor", true)];
  const everyMs = watched?.telemetryEveryMs ?? 0;
  if (staleAfterMs > 0 && staleAfterMs <= everyMs) {
    const message = `'${rule.device}' reads it every ${everyMs} ms: each reading would be too old before the next has come`;
    refuse(["staleAfter"], faultOf("interlock.staleAfter", message, "write some readings' time, longer than one"));
  }
  if (!isSound || unit === null) return null;
  return {
    name,
    device: rule.device,
    channel: rule.channel,
    unit,
    side,
    bound,
    clearsAt,
    staleAfterMs,
    holdMs,
    holds: rule.holds ?? null,
    resumes: rule.resumes === "automatically",
  };
}

function channelUnit(
  rule: InterlockRule,
  telemetry: Readonly<Record<string, string>>,
  report: ReportAt,
): string | null {
  const unit = own(telemetry, rule.channel);
  if (unit !== undefined) return unit;
  const channels = Object.keys(telemetry);
  const message =
    channels.length === 0
      ? `'${rule.device}' reports no telemetry, so this could never be satisfied`
      : `'${rule.device}' reports no channel '${rule.channel}'`;
  report(["channel"], faultOf("interlock.channelUnknown", message, suggestOrList(rule.channel, channels, "channels")));
  return null;
}
