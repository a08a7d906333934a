import type { DesignValue } from "@labloop/contracts";
import type { Random } from "../random/create-random.ts";
import type { Axis } from "./axis.ts";
import { breaksRows, excessOf, type Frame } from "./frame.ts";
import { withoutDust } from "./mend-rows.ts";
import type { Values } from "./rule.ts";
import { settleValues } from "./settle-values.ts";

// A line is looked at in so many places; between the two beside the best it is then halved, more or less, so many times.
const PLACES = 12;
const HALVINGS = 40;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Values and by how much they break the rules. */
export interface Broken {
  readonly values: DesignValue[];
  readonly excess: number;
}

/**
 * Returns a design near another that breaks the rules less, with an excess of 0 where it breaks none, or null where none was found: one
 * number that a broken rule judges goes along its range, by at most `reach` of it, and a part of a mixture gives to another or takes
 * from it, to where the rules are broken least (golden section, J. Kiefer, Proc. Amer. Math. Soc. 4 (1953) 502–506, between the neighbours of the best of a few places).
 *
 * Steps at random hardly ever end between two surfaces that are near each other; a line through them does.
 */
export function lessenExcess(frame: Frame, from: Broken, reach: number, random: Random): Broken | null {
  // What steps could not mend of a sum no line mends.
  if (breaksRows(frame, from.values)) return null;
  const broken = frame.rules.filter((rule) => rule.excess(from.values) > 0);
  const axes = [...new Set(broken.flatMap((rule) => rule.axes))].filter((axis) => isWide(frame.axes[axis] as Axis));
  const axis = axes[Math.floor(random.uniform() * axes.length)];
  const line = axis === undefined ? null : lineThrough(frame, from.values, axis, random);
  if (line === null) return null;
  let best = from;
  let rowsFail = 0;
  function lookAt(place: number): number {
    const values = settleValues(frame, (line as Line).at(place));
    const excess = excessOf(frame, values);
    if (breaksRows(frame, values)) rowsFail++;
    if (excess < best.excess) best = { values, excess };
    return excess;
  }
  const first = Math.max(0, line.from - reach * line.extent);
  const last = Math.min(1, line.from + reach * line.extent);
  const shift = random.uniform();
  const placeOf = (index: number) => first + ((last - first) * (index + shift)) / PLACES;
  const looks = Array.from({ length: PLACES }, (_, i) => lookAt(placeOf(i)));
  if (best.excess >= from.excess && rowsFail > PLACES / 2) return null;
  const nearest = looks.indexOf(Math.min(...looks));
  let low = Math.max(first, placeOf(nearest - 1));
  let high = Math.min(last, placeOf(nearest + 1));
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [leftExcess, rightExcess] = [lookAt(left), lookAt(right)];
  for (let halving = 0; halving < HALVINGS && best.excess > 0; halving++) {
    if (leftExcess <= rightExcess) {
      [high, right, rightExcess] = [right, left, leftExcess];
      left = high - GOLDEN * (high - low);
      leftExcess = lookAt(left);
    } else {
      [low, left, leftExcess] = [left, right, rightExcess];
      right = low + GOLDEN * (high - low);
      rightExcess = lookAt(right);
    }
  }
  return best.excess < from.excess ? best : null;
}

/** Values along a line, at places from 0 to 1. */
interface Line {
  /** The place of the values that it goes through. */
  readonly from: number;
  /** How much of it designs span, about. */
  readonly extent: number;
  at(place: number): Values;
}

function lineThrough({ axes, rules }: Frame, values: Values, axis: number, random: Random): Line | null {
  const own = axes[axis] as Axis;
  const row = rules.find((rule) => rule.mixture && rule.row?.axes.includes(axis))?.row ?? null;
  if (row === null) {
    const at = (place: number) => values.with(axis, own.fromUnit(place));
    return { from: own.toUnit(values[axis] as DesignValue), extent: own.extent, at };
  }
  const others = row.axes.filter((other) => other !== axis && isWide(axes[other] as Axis));
  const other = others[Math.floor(random.uniform() * others.length)];
  if (other === undefined) return null;
  const partner = axes[other] as Axis;
  const sum = (values[axis] as number) + (values[other] as number);
  const least = Math.max(own.range?.min ?? 0, sum - (partner.range?.max ?? 0));
  const most = Math.min(own.range?.max ?? 0, sum - (partner.range?.min ?? 0));
  if (!(most > least)) return null;
  return {
    from: ((values[axis] as number) - least) / (most - least),
    extent: own.extent,
    at(place) {
      const part = own.round(least + (most - least) * place) as number;
      return values.with(axis, part).with(other, withoutDust(partner, sum - part, row.tolerance));
    },
  };
}

function isWide({ range }: Axis): boolean {
  return range !== null && range.max > range.min;
}
