import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One campaign of a peer: its regret area, and that of random search on the same starts. */
export interface KeptCampaign {
  readonly pool: string;
  readonly method: string;
  readonly budget: number;
  readonly batch: number;
  readonly seed: number;
  readonly area: number;
  readonly random: number;
  /** Processor seconds of an ask in the middle of the campaigns that it was played with. */
  readonly seconds: number;
}

const file = join(import.meta.dirname, "played.csv");
const header = "pool,method,library,budget,batch,seed,area,random,seconds";
const libraries: Readonly<Record<string, string>> = {
  "botorch-ax": "botorch",
  "baybe-default": "baybe",
  "optuna-gp": "optuna",
};

/** The pinned version of the library that a peer is made of; undefined for what is no peer. */
function libraryOf(method: string): string | undefined {
  const pinned = readFileSync(join(import.meta.dirname, "requirements.txt"), "utf8").split("\n");
  return pinned.find((line) => line.startsWith(`${libraries[method]}==`));
}

/** Returns the campaigns that were kept of the peers as they are pinned now; those of other versions stay in the file, unread. */
export function keptCampaigns(): KeptCampaign[] {
  return rowsOf().flatMap((row) => {
    const [pool = "", method = "", library, ...numbers] = row.split(",");
    if (library !== libraryOf(method)) return [];
    const [budget, batch, seed, area, random, seconds] = numbers.map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return [{ pool, method, budget, batch, seed, area, random, seconds }];
  });
}

/** Adds campaigns of peers to the file, in order, each once; others are left out. */
export function keepCampaigns(campaigns: readonly KeptCampaign[]): void {
  const fresh = campaigns.flatMap(({ pool, method, budget, batch, seed, area, random, seconds }) => {
    const library = libraryOf(method);
    return library === undefined
      ? []
      : [[pool, method, library, budget, batch, seed, area, random, Number(seconds.toPrecision(3))].join(",")];
  });
  const keyOf = (row: string) => row.split(",").slice(0, 6).join();
  const rows = new Map([...rowsOf(), ...fresh].map((row) => [keyOf(row), row]));
  const ordered = [...rows.values()].toSorted((a, b) => keyOf(a).localeCompare(keyOf(b), "en", { numeric: true }));
  writeFileSync(file, `${[header, ...ordered].join("\n")}\n`);
}

function rowsOf(): string[] {
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").slice(1) : [];
}
