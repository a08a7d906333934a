import type { Design, Fault } from "@labloop/contracts";
import type { Space } from "./space.ts";

/** Returns a space in which only the designs of a list can be made, or everything that is wrong with the list. */
export function listedSpace(list: readonly Design[], space: Space): Space | Fault[] {
  const faults: Fault[] = [];
  const indexByKey = new Map<string, number>();
  list.forEach((design, index) => {
    const path = `candidates.${index}`;
    if (!space.isFeasible(design)) {
      const own = space.check(design);
      faults.push(...own.map((fault) => ({ ...fault, message: `candidate ${index + 1}: ${fault.message}`, path })));
      return;
    }
    const key = space.key(design);
    const twin = indexByKey.get(key);
    indexByKey.set(key, twin ?? index);
    if (twin === undefined) return;
    const message = `candidates ${twin + 1} and ${index + 1} are the same design`;
    faults.push({ code: "study.candidateTwice", message, path });
  });
  if (faults.length > 0) return faults;

  const candidates = list.map((design) => space.snap(design));
  return {
    ...space,
    check(design) {
      const found = space.check(design);
      if (found.length > 0 || indexByKey.has(space.key(design))) return found;
      return [{ code: "design.notListed", message: "the design is none of the candidates" }];
    },
    isFeasible: (design) => space.isFeasible(design) && indexByKey.has(space.key(design)),
    candidates: () => candidates.map((design) => ({ ...design })),
    neighbours: (design, _radius, count) => nearest(design, count),
    around: (design, _sides, count) => nearest(design, count),
  };

  function nearest(design: Design, count: number): Design[] {
    const own = indexByKey.get(space.key(design));
    const place = space.encode(design);
    const distances = Float64Array.from(candidates, (other) => squaredDistance(place, space.encode(other)));
    return candidates
      .flatMap((_, index) => (index === own ? [] : [index]))
      .sort((a, b) => (distances[a] as number) - (distances[b] as number))
      .slice(0, count)
      .map((index) => ({ ...(candidates[index] as Design) }));
  }
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    sum += difference * difference;
  }
  return sum;
}
