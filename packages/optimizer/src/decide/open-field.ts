import type { Design } from "@labloop/contracts";
import type { Random } from "../random/create-random.ts";
import type { Space } from "../space/space.ts";

/** Designs to choose from. */
export interface DesignField {
  readonly designs: readonly Design[];
  readonly keys: readonly string[];
  readonly features: readonly Float64Array[];
}

const SPREAD = 1024;
// Around each leader: far enough to leave a hill, near enough to end on its top.
const RADII = [0.25, 0.1, 0.04, 0.015, 0.005];

/** So many neighbours of one design are looked at, for each radius. */
export const NEAR = 48;

// What a list of 100,000 is made of takes a third of a second to work out and is the same each time.
const lists = new WeakMap<Space, DesignField>();

/** A box around a design, with a side per lengthscale. */
export interface Region {
  readonly centre: Design;
  readonly sides: Float64Array;
  /** How much is hoped for at an encoded design. */
  readonly hope: (features: Float64Array) => number;
}

// Of a region, how many rounds go on from how many of the most promising, in boxes how much shorter, with how many designs each.
const ROUNDS = 6;
const KEPT = 8;
const SHORTER = 0.6;
const AROUND = 24;

/** How many designs are to be chosen, and what is not to be. */
export interface Need {
  readonly count: number;
  /** Keys of designs that were measured, are pending or could not be made. */
  readonly closed: ReadonlySet<string>;
}

/**
 * Returns the designs that a choice is made from: the whole list where the study has one; else the leaders and those of a region, or
 * about a thousand spread over the space, with some near each leader where they are looked for, and so many more that what is needed is
 * there if the space seems to hold it. All of them are feasible and as the instruments can set them, none twice.
 */
export function openField(
  space: Space,
  leaders: readonly Design[],
  random: Random,
  within: Region | "everywhere" | "near-leaders-too",
  need: Need,
): DesignField {
  if (space.study.candidates !== undefined) {
    const known = lists.get(space) ?? fieldOf(space, space.candidates(SPREAD, random));
    lists.set(space, known);
    return known;
  }
  const local = typeof within === "string" ? [] : lookThrough(space, within, random);
  const designs = local.length > 0 ? [...local] : space.candidates(SPREAD, random);
  // Fewer than asked for are all there are.
  const isWhole = local.length === 0 && designs.length < SPREAD;
  const radii = within === "near-leaders-too" ? RADII : [];
  for (const leader of leaders) {
    // As it was carried out it may lie between two steps; what can be asked for is the nearest that can be set.
    const set = space.snap(leader);
    designs.push(...(space.isFeasible(set) ? [set] : []));
    for (const radius of radii) designs.push(...space.neighbours(leader, radius, NEAR, random));
  }
  const field = fieldOf(space, designs);
  const free = field.keys.reduce((sum, key) => sum + (need.closed.has(key) ? 0 : 1), 0);
  if (isWhole || free >= need.count) return field;
  // Of so many different designs enough are not closed.
  return fieldOf(space, [...designs, ...space.candidates(need.closed.size + need.count, random)]);
}

function fieldOf(space: Space, designs: readonly Design[]): DesignField {
  const byKey = new Map(designs.map((design) => [space.key(design), design]));
  return {
    designs: [...byKey.values()],
    keys: [...byKey.keys()],
    features: [...byKey.values()].map((design) => space.encode(design)),
  };
}

/**
 * Designs in a region, more and more of them where the most is hoped for: in many dimensions a thousand draws lie far from the best
 * place of the region, and a climb from the best of them does not.
 */
function lookThrough(space: Space, { centre, sides, hope }: Region, random: Random): Design[] {
  const judged = (designs: readonly Design[]) =>
    designs.map((design) => ({ design, hoped: hope(space.encode(design)) }));
  let all = judged(space.around(centre, sides, SPREAD / 2, random));
  let box = sides;
  for (let round = 0; round < ROUNDS; round++) {
    box = box.map((side) => SHORTER * side);
    const best = [...all].sort((a, b) => b.hoped - a.hoped).slice(0, KEPT);
    all = [...all, ...best.flatMap(({ design }) => judged(space.around(design, box, AROUND, random)))];
  }
  return all.map(({ design }) => design);
}
