import type { Design, DesignValue, SearchSpace } from "@labloop/contracts";
import { catalogues, type Language } from "./catalogues.ts";
import type { Messages } from "./en.ts";

/** How numbers, quantities, instants and durations are written in one language. */
export interface Format {
  readonly language: Language;
  readonly say: Messages;
  /** A whole number. */
  readonly count: (value: number) => string;
  /** A measured number, to four significant digits. */
  readonly number: (value: number) => string;
  /** The same with its unit, in the unit's usual sign; a name as it is. */
  readonly quantity: (value: DesignValue, unit: string) => string;
  /** A difference with its sign. */
  readonly difference: (value: number, unit: string) => string;
  /** A duration, in the two largest units that say something. */
  readonly duration: (ms: number) => string;
  /** A short duration that runs while it is read, in seconds. */
  readonly age: (ms: number) => string;
  /** The time of day, to the second. */
  readonly time: (at: number) => string;
  /** The day and the time. */
  readonly instant: (at: number) => string;
  /** A point of the search space, in the space's order. */
  readonly design: (point: Design, space: SearchSpace) => string;
}

/** Signs of units whose names are longer. */
const signs: Readonly<Record<string, string>> = { "1": "", "": "", deg: "°", degC: "°C", uL: "µL", um: "µm", us: "µs" };

/** Returns the sign of a unit; a pure number has none. */
export function unitSign(unit: string): string {
  return signs[unit] ?? unit;
}

/** Returns the ways of writing in a language. Instants are written in `timeZone`, the browser's own when left out. */
export function createFormat(language: Language, timeZone?: string): Format {
  const say = catalogues[language];
  const zone = timeZone === undefined ? {} : { timeZone };
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const measured = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 });
  const tenths = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const signed = new Intl.NumberFormat(language, { maximumSignificantDigits: 3, signDisplay: "exceptZero" });
  const time = new Intl.DateTimeFormat(language, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    ...zone,
  });
  const instant = new Intl.DateTimeFormat(language, {
    dateStyle: "medium",
    timeStyle: "medium",
    hourCycle: "h23",
    ...zone,
  });
  const withUnit = (text: string, unit: string) => {
    const sign = unitSign(unit);
    if (sign === "") return text;
    return sign === "°" ? `${text}${sign}` : `${text}\u00a0${sign}`;
  };
  const quantity = (value: DesignValue, unit: string) =>
    typeof value === "string" ? value : withUnit(measured.format(value), unit);
  return {
    language,
    say,
    count: (value) => whole.format(value),
    number: (value) => measured.format(value),
    quantity,
    difference: (value, unit) => withUnit(signed.format(value), unit),
    duration: (ms) => durationText(ms, say, whole),
    age: (ms) => (ms < 9_950 ? say.units.s(tenths.format(Math.max(0, ms) / 1_000)) : durationText(ms, say, whole)),
    time: (at) => time.format(at),
    instant: (at) => instant.format(at),
    design: (point, { parameters }) =>
      parameters
        .flatMap(({ name, unit }) => {
          const value = point[name];
          return value === undefined ? [] : `${name}\u00a0${quantity(value, unit)}`;
        })
        .join(", "),
  };
}

function durationText(ms: number, { units }: Messages, whole: Intl.NumberFormat): string {
  const [seconds, minutes, hours] = [Math.round(ms / 1_000), Math.round(ms / 60_000), Math.round(ms / 3_600_000)];
  if (ms < 950) return units.ms(whole.format(Math.max(0, ms)));
  if (seconds < 60) return units.s(whole.format(seconds));
  if (minutes < 60) return joined(units.min(whole.format(Math.floor(seconds / 60))), seconds % 60, units.s, whole);
  if (hours < 48) return joined(units.h(whole.format(Math.floor(minutes / 60))), minutes % 60, units.min, whole);
  return joined(units.d(whole.format(Math.floor(hours / 24))), hours % 24, units.h, whole);
}

function joined(large: string, rest: number, unit: (n: string) => string, whole: Intl.NumberFormat): string {
  return rest === 0 ? large : `${large} ${unit(whole.format(rest))}`;
}
