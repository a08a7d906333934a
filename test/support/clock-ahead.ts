// Loaded first in a process whose machine is to have another time: its clock is ahead by LABLOOP_TEST_AHEAD_MS, which may
// be negative. Timers stay as they are, as they do on a machine whose clock is set wrongly.
const aheadMs = Number(process.env["LABLOOP_TEST_AHEAD_MS"]);
Object.defineProperty(performance, "timeOrigin", { value: performance.timeOrigin + aheadMs });
