import type { DesignValue } from "@labloop/contracts";
import { createRandom, type Random } from "../random/create-random.ts";
import { drawOne } from "./draw-one.ts";
import { shuffle } from "./draw-support.ts";
import { breaksRows, excessOf, type Frame, marksOf } from "./frame.ts";
import { keyOf } from "./key-of.ts";
import { type Lead, leadValues } from "./lead-values.ts";
import type { Broken } from "./lessen-excess.ts";
import { lookThrough } from "./look-through.ts";
import { nearValues } from "./near-values.ts";
import type { Polytope } from "./polytope.ts";
import type { Values } from "./rule.ts";
import { openSobol } from "./sobol.ts";

// A grid of no more designs is looked through as a whole; a larger one where draws miss what rules leave of it, if so many values suffice.
const ENUMERATED = 20_000;
const MOST_LOOKED_AT = 4_000_000;
// So many draws in a row that bring nothing new end a search: what is left is rarer than 1 in 500 or so.
const PATIENCE = 2000;
// So many draws for each design that is wanted end it too: of what is rarer more lies around what was found.
const MOST_DRAWS = 20;
// To mend sums in vain takes so many times as long as to draw, and as to look beside what was found.
const IN_VAIN = { drawn: 12, near: 4 };
// A walk over axes whose number squared is that takes as long as any other draw.
const WALKED = 50;
const RADII = [0.5, 0.2, 0.05, 0.01];
// What is rare may lie in several places: so many draws that broke a rule are led to where they break none.
const LED = 8;
const FAR: Lead = { steps: 200, reach: Number.POSITIVE_INFINITY };
// Neighbours are led back to where they break no rule once so many in a row brought nothing.
const STRAYED = 50;
const BACK: Lead = { steps: 2, reach: Number.POSITIVE_INFINITY };
// To lead one back takes so many times as long as to look at one, and as where sums are to be kept meanwhile.
const LED_LOOKS = { free: 3, ruled: 30 };

type Found = Map<string, DesignValue[]>;

/**
 * Returns up to `count` different designs that can be set and break no rule, spread over the space: a small grid is looked
 * through; else axes without a rule follow a scrambled Sobol sequence, and those under a row walk within it. What an expression
 * refuses is drawn again; where it refuses nearly all, some are led to where it does not, more is looked for around what was found, and
 * then in the whole of a grid if that does not take long. Fewer than `count` come back where the space seems to hold no more.
 */
export function drawValues(frame: Frame, count: number, random: Random): DesignValue[][] {
  const cells = frame.axes.reduce((product, { size }) => product * size, 1);
  if (cells <= ENUMERATED) return shuffle(lookThrough(frame, MOST_LOOKED_AT) ?? [], random).slice(0, count);
  const drawn = drawDesigns(frame, count, random);
  // What was found once, when the space was opened, is there for any seed.
  const found = drawn.size > 0 ? drawn : drawDesigns(frame, 1, createRandom(0));
  spread(frame, found, count, random);
  const all = found.size < count && cells < Number.POSITIVE_INFINITY ? lookedThrough(frame) : null;
  const left = all === null ? [] : all.filter((values) => !found.has(keyOf(marksOf(frame, values))));
  return [...found.values(), ...shuffle(left, random).slice(0, count - found.size)];
}

// Looking through a grid takes a second at most, and finds the same each time.
const grids = new WeakMap<Frame, DesignValue[][] | null>();

function lookedThrough(frame: Frame): DesignValue[][] | null {
  const known = grids.get(frame);
  if (known !== undefined) return known;
  const designs = lookThrough(frame, MOST_LOOKED_AT);
  grids.set(frame, designs);
  return designs;
}

/** Designs that draws met; where they are few, those too that draws which broke a rule were led to. */
function drawDesigns(frame: Frame, count: number, random: Random): Found {
  const found: Found = new Map();
  const sequence = openSobol(frame.axes.length, random);
  const polytopes = new Map<string, Polytope | null>();
  const most = PATIENCE + MOST_DRAWS * count;
  // A walk takes as many steps as axes are under a row, each longer the more they are.
  const tied = new Set(frame.rules.flatMap(({ row }) => row?.axes ?? [])).size;
  const walk = Math.max(1, (tied * tied) / WALKED);
  const broken: Broken[] = [];
  let nearest: Broken | null = null;
  for (let idle = 0, draws = 0; found.size < count && idle < PATIENCE && draws < most; idle++) {
    const values = drawOne(frame, sequence(), polytopes, random);
    const excess = excessOf(frame, values);
    draws += excess === 0 ? 1 : breaksRows(frame, values) ? IN_VAIN.drawn : walk;
    if (excess === 0) {
      const key = keyOf(marksOf(frame, values));
      if (!found.has(key)) idle = 0;
      found.set(key, values);
      continue;
    }
    if (broken.length < LED) broken.push({ values, excess });
    if (nearest === null || excess < nearest.excess) nearest = { values, excess };
  }
  if (found.size >= Math.min(count, LED) || nearest === null) return found;
  for (const start of [nearest, ...broken]) {
    const values = found.size < count ? leadValues(frame, start, FAR, random) : null;
    if (values !== null) found.set(keyOf(marksOf(frame, values)), values);
  }
  return found;
}

/** Adds what lies around what was found. */
function spread(frame: Frame, found: Found, count: number, random: Random): void {
  const starts: Values[] = [...found.values()];
  const most = PATIENCE + MOST_DRAWS * count;
  const led = frame.rules.some(({ row }) => row !== null) ? LED_LOOKS.ruled : LED_LOOKS.free;
  let isHard = false;
  for (let idle = 0, looks = 0; starts.length > 0 && found.size < count && idle < PATIENCE && looks < most; idle++) {
    const start = starts[Math.floor(random.uniform() * starts.length)] as Values;
    const near = nearValues(frame, start, RADII[idle % RADII.length] as number, random);
    const excess = excessOf(frame, near);
    isHard ||= idle >= STRAYED;
    const isLed = excess > 0 && isHard;
    const next = isLed ? leadValues(frame, { values: near, excess }, BACK, random) : excess > 0 ? null : near;
    looks += isLed ? led : 1;
    if (excess > 0 && breaksRows(frame, near)) idle += IN_VAIN.near - 1;
    if (next === null) continue;
    const key = keyOf(marksOf(frame, next));
    if (found.has(key)) continue;
    idle = 0;
    found.set(key, next);
    starts.push(next);
  }
}
