import { type FrontReach, gainInReach } from "../pareto/front-reach.ts";

/** The designs among which experiments of one lab are chosen. */
export interface Search {
  /** What is hoped of each, to be kept up to date: quantity j of design i stands at i·m + j. */
  readonly hopes: Float64Array;
  /** Leaves a design out from now on. */
  close(design: number): void;
  /** Returns the design whose hope would add most to a reach, times its chance to be of use; -1 where all are left out. Reaches may only grow from call to call. */
  next(reach: FrontReach): number;
}

// On the scale of the hopes, where 1 is the range measured: a hope that has risen by less is the same.
const SAME = 0.01;

/**
 * Returns a search among `count` designs. What a hope would have added once it adds no more of later, since the reach has grown: it is
 * worked out anew only where the hope has risen, or where that much is more than the best found (M. Minoux, "Accelerated greedy
 * algorithms", 1978).
 */
export function openSearch(count: number, width: number, chances: Float64Array | null): Search {
  const hopes = new Float64Array(count * width);
  /** The hopes for which the bounds were worked out. */
  const seen = new Float64Array(count * width).fill(Number.NEGATIVE_INFINITY);
  const bounds = new Float64Array(count);
  const closed = new Uint8Array(count);

  function highest(): number {
    let first = -1;
    for (let i = 0; i < count; i++) {
      if (closed[i] === 0 && (first < 0 || (bounds[i] as number) > (bounds[first] as number))) first = i;
    }
    return first;
  }
  function hasRisen(design: number): boolean {
    for (let at = design * width; at < (design + 1) * width; at++) {
      if ((hopes[at] as number) > (seen[at] as number) + SAME) return true;
    }
    return false;
  }
  function look(design: number, reach: FrontReach): number {
    const from = design * width;
    for (let at = from; at < from + width; at++) seen[at] = hopes[at] as number;
    const gain = gainInReach(reach, hopes, from) * (chances === null ? 1 : (chances[design] as number));
    bounds[design] = gain;
    return gain;
  }

  return {
    hopes,
    close(design) {
      closed[design] = 1;
    },
    next(reach) {
      // The likeliest first: what it adds leaves few others to look at.
      const first = highest();
      if (first < 0) return first;
      let best = first;
      let most = look(first, reach);
      for (let i = 0; i < count; i++) {
        if (closed[i] === 1 || i === first) continue;
        if ((bounds[i] as number) <= most && !hasRisen(i)) continue;
        const gain = look(i, reach);
        if (gain > most) [best, most] = [i, gain];
      }
      return best;
    },
  };
}
