/** Ask the optimizer for the next points, with the seed that makes its answer repeatable. */
export interface AskOptimizer {
  readonly proposalId: string;
  readonly seed: number;
}
