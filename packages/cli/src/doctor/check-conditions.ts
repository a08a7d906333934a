import { type Conditions, conditionText } from "../drivers/known-conditions.ts";
import { fine, type Finding, warning } from "./finding.ts";

/** Returns what drivers know of their instruments' condition; a lab runs whatever they say, so that nothing is a fault. */
export function checkConditions(known: Conditions): Finding[] {
  return Object.entries(known).map(([device, health]) => {
    const about = `device ${device}`;
    const text = conditionText(health);
    if (health.state === "ok") return fine(about, "device.inOrder", text);
    if (health.state === "attention") return warning(about, "device.attention", text, "see to the instrument");
    return warning(about, "device.conditionUnknown", text, "mend the driver's `health`, or look at the instrument");
  });
}
