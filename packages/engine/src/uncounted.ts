/**
 * Rejections that say nothing of the order itself: staff had the instrument (D19), or it had not heard the engine's clock
 * since it started (contract section 10). They do not count towards the attempts at a step.
 */
export const uncounted: ReadonlySet<string> = new Set(["local-control", "device.clockUnknown"]);
