import type { Study } from "@labloop/contracts";

/** One reading of one design; `values` has one value an objective, in the study's order. */
export interface PoolMeasurement {
  readonly index: number;
  readonly values: readonly number[];
}

/** What a method knows when it is asked for `count` designs; 0 asks for its recommendation alone. */
export interface PoolAsk {
  /** In the order in which they were read. */
  readonly measurements: readonly PoolMeasurement[];
  readonly pending: readonly number[];
  readonly count: number;
  /** How many experiments are still to be started after these. */
  readonly remaining: number;
}

/** What a method answers; designs are indices of candidates. */
export interface PoolAnswer {
  readonly indices: readonly number[];
  /** What it would hand over now; null for the design with the best mean reading. */
  readonly recommended: number | null;
  /** Processor time as the method itself knows it, null when it does not; absent where the runner's clock sees it. */
  readonly cpuSeconds?: number | null;
}

/** One campaign of a method. */
export interface MethodCampaign {
  ask(ask: PoolAsk): PoolAnswer | Promise<PoolAnswer>;
}

/** What a bench measures: anything that chooses designs out of a list. */
export interface BenchMethod {
  readonly name: string;
  /** Begins a campaign; `features` are the candidates of the study as rows of numbers, `seed` is unsigned 32-bit. */
  start(study: Study, features: readonly (readonly number[])[], seed: number): MethodCampaign | Promise<MethodCampaign>;
  /** Ends whatever the method keeps open. */
  close?(): Promise<void>;
}
