import type { ControlView, RecordedEvent } from "@labloop/contracts";
import type { Tables } from "./tables.ts";

/** How many of the newest points a chart shows; chosen: they are sent whole whenever one is added. */
const shownPoints = 60;

/** Projects the control charts of a campaign, one for each reading of its control sample. */
export function projectControls({ controls }: Tables, { seq, labAt, event }: RecordedEvent): void {
  if (event.type !== "control.judged") return;
  controls.count++;
  controls.changedAt = seq;
  for (const reading of event.readings) {
    const { name, unit, value, min, max, target = null, sigma = null, rules = [], isAccepted } = reading;
    const point: ControlView["points"][number] = { number: controls.count, at: labAt, value, isAccepted, rules };
    const points = [...(controls.rows.get(name)?.points ?? []), point].slice(-shownPoints);
    controls.rows.set(name, { name, unit, target, sigma, min, max, points });
  }
}
