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
const NEAR = 48;

// What a list of 100,000 is made of takes a third of a second to work out and is the same each time.
const lists = new WeakMap<Space, DesignField>();

/**
 * Returns the designs that a choice is made from: the whole list where the study has one, else about a thousand spread over the
 * space and some near each leader, all of them feasible and as the instruments can set them, none twice.
 */
export function openField(space: Space, leaders: readonly Design[], random: Random): DesignField {
  if (space.study.candidates !== undefined) {
    const known = lists.get(space) ?? fieldOf(space, space.candidates(SPREAD, random));
    lists.set(space, known);
    return known;
  }
  const designs = [...space.candidates(SPREAD, random)];
  for (const leader of leaders) {
    designs.push(...(space.isFeasible(leader) ? [space.snap(leader)] : []));
    for (const radius of RADII) designs.push(...space.neighbours(leader, radius, NEAR, random));
  }
  return fieldOf(space, designs);
}

function fieldOf(space: Space, designs: readonly Design[]): DesignField {
  const byKey = new Map(designs.map((design) => [space.key(design), design]));
  return {
    designs: [...byKey.values()],
    keys: [...byKey.keys()],
    features: [...byKey.values()].map((design) => space.encode(design)),
  };
}
