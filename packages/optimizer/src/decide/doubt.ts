import { logExpectedImprovement } from "../acquisition/log-expected-improvement.ts";
import type { Model } from "../model/fit-model.ts";
import { exp } from "../special-functions/exp.ts";
import { outlook } from "./outlook.ts";

// In standard units of the readings. Below it another reading would hardly ever change what is recommended.
const WORTH_KNOWING = 0.01;

/**
 * Returns whether one more reading of a design already measured can be expected to change the recommendation for the better
 * by more than a hundredth of a standard deviation: the knowledge gradient over the measured designs (P. Frazier, W. Powell
 * and S. Dayanik, SIAM J. Control Optim. 47 (2008) 2410–2439). `rows` lists the rows that could be read again.
 */
export function isDoubtful(model: Model, rows: readonly number[]): boolean {
  let gain = 0;
  model.members.forEach((member, m) => {
    const means = member.measured.means;
    const order = [...means.keys()].sort((a, b) => (means[b] as number) - (means[a] as number));
    const [first, second] = [order[0] as number, order[1] ?? (order[0] as number)];
    let most = 0;
    for (const row of rows) {
      const { mean, spread } = outlook(member, row, 0, 0);
      const rival = means[row === first ? second : first] as number;
      // The leader's own reading matters by how far it may fall below its rival.
      const lead = row === first ? 2 * rival - mean : mean;
      most = Math.max(most, exp(Math.max(-700, logExpectedImprovement(lead, spread, rival))));
    }
    gain += (model.weights[m] as number) * most;
  });
  return gain > WORTH_KNOWING;
}
