/** Far above rounding, far below what matters: ceilings are asked at means and spreads greater by so much, the spread by its share too. */
export const SLACK = 1e-6;

/** What a candidate promises by one member: `position` is its place in the comparison; must not fall as the mean grows. */
export type Gain = (position: number, mean: number, spread: number, member: number) => number;

/** What each candidate of a comparison promises, by its position there. */
export interface Gains {
  readonly gain: Gain;
  /** No smaller than `gain` at any spread from 0 to the one it is given. */
  readonly ceiling: Gain;
  /** What `gain` rests on beside the model; null where that is nothing dear. */
  readonly rest: Rest | null;
}

/** What a gain rests on beside the model, worked out no further than the comparisons need. */
interface Rest {
  /** Works out for some positions what `ceiling` asks of it. */
  glance(positions: readonly number[]): void;
  /** Works out for some positions what `gain` asks of it. */
  learn(positions: readonly number[]): void;
  /** Returns whether `learn` has nothing to do. */
  isKnown(position: number): boolean;
}
