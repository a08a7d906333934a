import type { Outcome } from "@labloop/contracts";
import { refuse, succeed } from "../outcome.ts";
import { listOf, nearestName } from "../suggest.ts";
import { combine, isAffine, one, type Unit } from "./unit.ts";
import { doubtfulSpellings, unitBySpelling } from "./unit-table.ts";

const longestUnit = 48;
const superscripts = "⁻¹²³⁴";
/** Beyond this an exponent is a slip, and factors would overflow. */
const highestPower = 9;

/**
 * Returns the unit that a text names: a symbol of the table, or symbols joined by `*`, `·` or `/`, each with an
 * integer power, read from left to right (`N*mm`, `mm/min`, `kg*m^2/s^2`, `1/min`).
 */
export function parseUnit(text: string): Outcome<Unit> {
  const trimmed = text.trim();
  const simple = unitBySpelling.get(trimmed);
  if (simple !== undefined) return succeed(simple);
  if (/^[x×]\s+g$/.test(trimmed)) return parseUnit("xg");
  if (/^(Δ|delta)\s*(°C|℃|degC)$/.test(trimmed)) return parseUnit("K");
  if (trimmed.length > longestUnit) return refuse("unit.unknown", `a unit has at most ${longestUnit} characters`);
  return parseProduct(trimmed);
}

function parseProduct(text: string): Outcome<Unit> {
  const plain = text.replace(
    /[⁻¹²³⁴]+/g,
    (run) => `^${run.replace(/./g, (c) => "-1234"[superscripts.indexOf(c)] ?? "")}`,
  );
  const pieces = plain.split(/\s*([*·⋅/])\s*/);
  let product: Unit = one;
  for (let i = 0; i < pieces.length; i += 2) {
    const piece = pieces[i] ?? "";
    const parts = piece === "1" ? null : /^(.*?)\^?(-?\d+)$/.exec(piece);
    const outcome = parseFactor(parts?.[1] ?? piece, Number(parts?.[2] ?? 1), text);
    if (!outcome.ok) return outcome;
    product = combine(product, outcome.value, pieces[i - 1] === "/" ? -1 : 1);
  }
  const size = Math.abs(Math.log10(product.factor));
  return size < 200 ? succeed(product) : refuse("unit.power", `'${text}' is too large or too small for a number`);
}

function parseFactor(symbol: string, power: number, whole: string): Outcome<Unit> {
  const unit = symbol === "" ? undefined : unitBySpelling.get(symbol);
  if (unit === undefined) return refuse("unit.unknown", unknownMessage(symbol, whole), hintFor(symbol));
  if (isAffine(unit)) {
    return refuse(
      "unit.affine",
      `'${unit.code}' cannot be part of '${whole}', since it does not count from zero`,
      "write K",
    );
  }
  if (power === 0 || Math.abs(power) > highestPower) {
    return refuse("unit.power", `the power ${power} in '${whole}' is not between 1 and ${highestPower}`);
  }
  return succeed(power === 1 ? unit : { ...combine(one, unit, power), code: `${unit.code}^${power}` });
}

function unknownMessage(symbol: string, whole: string): string {
  if (symbol === "") return `'${whole}' is no unit: a symbol is missing`;
  return symbol === whole ? `'${symbol}' is no unit known here` : `'${symbol}' in '${whole}' is no unit known here`;
}

function hintFor(symbol: string): string {
  const doubtful = doubtfulSpellings.get(symbol);
  if (doubtful !== undefined) return doubtful;
  const nearest = nearestName(symbol, unitBySpelling.keys());
  const unit = nearest === undefined ? undefined : unitBySpelling.get(nearest);
  if (unit !== undefined && unit !== one) return `did you mean '${unit.code}'?`;
  return `units: ${listOf([...new Set([...unitBySpelling.values()].map(({ code }) => code))])}`;
}
