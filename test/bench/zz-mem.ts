import { createStudy } from "@labloop/optimizer";
import { askStudy, askTrials } from "./ask-study.ts";
const study = createStudy(askStudy, { seed: 1 });
study.tell(...askTrials(1000));
const m = () => {
  const u = process.memoryUsage();
  return (
    Object.entries(u)
      .map(([k, v]) => k + " " + (v / 1e6).toFixed(0))
      .join(", ") +
    " peak " +
    (process.resourceUsage().maxRSS / 1024).toFixed(0)
  );
};
console.log(m());
for (let i = 0; i < 10; i++) {
  study.propose(8);
  console.log(m());
}
