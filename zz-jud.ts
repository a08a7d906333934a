import { bestPoint, propose } from "/work/wt/s13/packages/optimizer/src/index.ts";
import { proposeDesigns } from "/work/wt/s13/packages/optimizer/src/decide/propose-designs.ts";
import { createRandom } from "/work/wt/s13/packages/optimizer/src/random/create-random.ts";
import { objective, readDesigns, space } from "/work/wt/s13/packages/optimizer/test/support/crossed-barrel.ts";
const [kind, first, last] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const designs = readDesigns();
const candidates = designs.map((d) => d.point);
const key = (p: any) => JSON.stringify(p);
const of = new Map(designs.map((d) => [key(d.point), d]));
const find = (p: any) => of.get(key(Object.fromEntries(Object.keys(candidates[0]!).map((k) => [k, p[k]]))))!;
const measure = (p: any, w: any) => {
  const r = find(p).replicates;
  return { parameters: p, value: r[Math.floor(w.uniform() * r.length)]! };
};
const study: any = {
  name: "x",
  parameters: (space as any).parameters.map((p: any) => ({
    kind: "continuous",
    scale: "linear",
    name: p.name,
    unit: p.unit,
    min: p.min,
    max: p.max,
  })),
  objectives: [{ name: "y", goal: "maximise", unit: "" }],
  constraints: [],
  outcomeConstraints: [],
  candidates,
};
function newer(ms: any[], pending: any[], remaining: number, seed: number, count = 1) {
  const a: any = proposeDesigns({
    study: { ...study, budget: ms.length + pending.length + count + remaining },
    trials: ms.map((m) => ({ design: m.parameters, outcome: { status: "measured", values: { y: m.value } } })),
    pending,
    seed,
    count,
  });
  if (Array.isArray(a)) throw new Error(JSON.stringify(a));
  return a;
}
function camp(seed: number) {
  const w = createRandom(0x10000 + seed);
  const ms: any[] = [];
  const pending: any[] = [];
  for (let s = 0; ms.length < 60; ) {
    while (pending.length < 5 && s < 60) {
      const remaining = 59 - s;
      const p =
        kind === "old"
          ? propose({
              space,
              objective,
              candidates,
              measurements: ms,
              pending,
              seed: seed * 1000 + s,
              remaining,
            } as any).parameters
          : newer(ms, pending, remaining, seed * 1000 + s).proposals[0].design;
      pending.push(p);
      s++;
    }
    const [e] = pending.splice(Math.floor(w.uniform() * pending.length), 1);
    ms.push(measure(e, w));
  }
  const b =
    kind === "old"
      ? bestPoint({ space, objective, measurements: ms, seed } as any)!.parameters
      : newer(ms, [], 0, seed, 0).best.design;
  const bo = bestPoint({ space, objective, measurements: ms, seed } as any)!.parameters;
  return {
    rank: find(b).rank,
    rankOld: find(bo).rank,
    top: Math.min(...ms.map((m) => find(m.parameters).rank)),
    n: new Set(ms.map((m) => key(m.parameters))).size,
  };
}
function rnd(seed: number) {
  const w = createRandom(0x20000 + seed);
  const deck = [...candidates];
  const ms = Array.from({ length: 60 }, () => measure(deck.splice(Math.floor(w.uniform() * deck.length), 1)[0]!, w));
  return find(ms.reduce((b, n) => (n.value > b.value ? n : b)).parameters).rank;
}
const q = (r: number[], s: number) => {
  const t = r.toSorted((a, b) => a - b);
  return t[Math.floor((t.length - 1) * s)];
};
const R: any[] = [];
const rr: number[] = [];
for (let s = first; s <= last; s++) {
  R.push(camp(s));
  rr.push(rnd(s));
}
const f = (g: (x: any) => number) => [0.25, 0.5, 0.75].map((s) => q(R.map(g), s)).join("/");
console.log(
  kind,
  first,
  last,
  "rank",
  f((x) => x.rank),
  "byOldBest",
  f((x) => x.rankOld),
  "found",
  f((x) => x.top),
  "distinct",
  f((x) => x.n),
  "ahead",
  (R.filter((x, i) => x.rank < rr[i]!).length / R.length).toFixed(3),
  "aheadOldBest",
  (R.filter((x, i) => x.rankOld < rr[i]!).length / R.length).toFixed(3),
  "aheadFound",
  (R.filter((x, i) => x.top < rr[i]!).length / R.length).toFixed(3),
  JSON.stringify(R.map((x) => x.rank)),
);
