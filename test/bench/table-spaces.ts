// Plays campaigns of labloop and random search in free spaces whose surfaces are measured tables: the box of a table's inputs, where
// a design reads what the nearest measured one did, or a mean of the nearest weighed by their distance. The first is rougher than a
// laboratory, the second smoother; designs that stand in no list are what a table by itself cannot ask for. Tells the regret area
// over random search's on the same first two designs: 0 an oracle, 1 random search.
// Run: node test/bench/table-spaces.ts [--pools a,b] [--seeds 16] [--first 1] [--budget 40] [--json]
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Design, Study, type Trial } from "@labloop/contracts";
import { createStudy } from "@labloop/optimizer";
import { createRandom, poolOf } from "@labloop/optimizer/benchmark";
import { loadPool } from "../../packages/cli/src/bench/load-pool.ts";

const { values: flags } = parseArgs({
  options: {
    pools: {
      type: "string",
      default: "agnp,alkox,auto_am,crossed_barrel,hplc,fullerenes,colors_bob,liquid_handling_dce",
    },
    seeds: { type: "string", default: "16" },
    first: { type: "string", default: "1" },
    budget: { type: "string", default: "40" },
    json: { type: "boolean", default: false },
  },
});
const budget = Number(flags.budget);
const seeds = Array.from({ length: Number(flags.seeds) }, (_, i) => Number(flags.first) + i);
/** The starts are the first of random search, and as many as labloop itself would draw at random. */
const STARTS = 2;

type Surface = (place: readonly number[]) => number;

interface Table {
  readonly names: readonly string[];
  readonly nearest: Surface;
  readonly between: Surface;
  readonly best: number;
}

/** The table over the unit cube, larger being better. */
function openTable(name: string): Table {
  const loaded = loadPool(join(import.meta.dirname, "pools", name, "pool.yaml"));
  if (!loaded.ok) throw new Error(loaded.faults.map(({ message }) => message).join("; "));
  const { study, designs, truth } = poolOf(loaded.value);
  const names = study.parameters.map((parameter) => parameter.name);
  const sign = study.objectives[0]?.goal === "minimise" ? -1 : 1;
  const columns = names.map((own) => designs.map((design) => Number(design[own])));
  if (columns.some((column) => !column.every(Number.isFinite)))
    throw new Error(`${name} has inputs that are no numbers`);
  const shares = columns.map((column) => {
    const low = Math.min(...column);
    const side = Math.max(...column) - low;
    return column.map((value) => (value - low) / (side || 1));
  });
  const values = truth.map((means) => sign * (means[0] as number));
  const near = (place: readonly number[], count: number) =>
    values
      .map((value, row) => {
        const square = place.reduce((sum, own, k) => sum + (own - (shares[k]?.[row] as number)) ** 2, 0);
        return { value, square };
      })
      .sort((a, b) => a.square - b.square)
      .slice(0, count);
  return {
    names,
    nearest: (place) => near(place, 1)[0]?.value as number,
    between(place) {
      const nearby = near(place, names.length + 1);
      const weights = nearby.map(({ square }) => Math.max(square, 1e-12) ** -1.5);
      const all = weights.reduce((sum, weight) => sum + weight, 0);
      return nearby.reduce((sum, { value }, i) => sum + (value * (weights[i] as number)) / all, 0);
    },
    best: Math.max(...values),
  };
}

/** The places of one random search. */
function randomPlaces(width: number, seed: number): number[][] {
  const random = createRandom(seed * 7919);
  return Array.from({ length: budget }, () => Array.from({ length: width }, () => random.uniform()));
}

function labloopPlaces({ names }: Table, surface: Surface, seed: number): number[][] {
  const parameters = names.map((name) => ({ kind: "continuous" as const, name, min: 0, max: 1 }));
  const study = Study.parse({ parameters, objectives: [{ name: "value", goal: "maximise" }], budget });
  const designOf = (place: readonly number[]): Design =>
    Object.fromEntries(names.map((name, k) => [name, place[k] as number]));
  const places = randomPlaces(names.length, seed).slice(0, STARTS);
  while (places.length < budget) {
    const open = createStudy(study, { seed });
    open.tell(
      ...places.map(
        (place): Trial => ({
          design: designOf(place),
          outcome: { status: "measured", values: { value: surface(place) } },
        }),
      ),
    );
    const [proposal] = open.ask();
    if (proposal === undefined) throw new Error("labloop proposes nothing");
    places.push(names.map((name) => proposal.design[name] as number));
  }
  return places;
}

/** The sum over experiments of what the best so far lacks. */
function areaOf(places: readonly (readonly number[])[], surface: Surface, best: number): number {
  let highest = Number.NEGATIVE_INFINITY;
  return places.reduce((sum, place) => {
    highest = Math.max(highest, surface(place));
    return sum + best - highest;
  }, 0);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value / values.length, 0);
const geometric = (values: readonly number[]) => Math.exp(mean(values.map(Math.log)));

const played = flags.pools.split(",").map((pool) => {
  const table = openTable(pool);
  const scoreOf = (surface: Surface) => {
    const random = mean(seeds.map((seed) => areaOf(randomPlaces(table.names.length, seed), surface, table.best)));
    const areas = seeds.map((seed) => areaOf(labloopPlaces(table, surface, seed), surface, table.best) / random);
    const middle = mean(areas);
    const error = Math.sqrt(mean(areas.map((area) => (area - middle) ** 2)) / Math.max(1, areas.length - 1));
    return { score: middle, error, areas };
  };
  const scores = { nearest: scoreOf(table.nearest), between: scoreOf(table.between) };
  if (!flags.json) {
    const text = Object.entries(scores).map(
      ([kind, { score, error }]) => `${kind} ${score.toFixed(2)} (±${error.toFixed(2)})`,
    );
    console.log(`${pool.padEnd(24)}${text.join("  ")}`);
  }
  return { pool, ...scores };
});
const overall = {
  nearest: geometric(played.map(({ nearest }) => nearest.score)),
  between: geometric(played.map(({ between }) => between.score)),
};
if (flags.json) console.log(JSON.stringify({ budget, seeds, played, overall }));
else
  console.log(`geometric mean          nearest ${overall.nearest.toFixed(2)}  between ${overall.between.toFixed(2)}`);
