import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createVirtualClock } from "@labloop/clock";
import { expect, onTestFinished, test } from "vitest";
import { type DriverNote, writeDriverNote } from "../../src/drivers/driver-notes.ts";
import type { DriverReload } from "../../src/drivers/supervise-driver.ts";
import { watchReloads } from "../../src/drivers/watch-reloads.ts";

test("every reload since the last look is told once, though refused wishes followed it, and none of before", async () => {
  const folder = mkdtempSync(join(tmpdir(), "labloop-reloads-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const leave = (reload: DriverNote["reload"], reloads: DriverNote["reloads"]) =>
    writeDriverNote(folder, {
      v: 1,
      device: "mixer",
      hostPid: 1,
      pid: null,
      standing: { state: "running", since: 0, restarts: 0, driverVersion: null, fault: null, retryAt: null },
      reload,
      reloads,
    });
  const versions = ["2.0.0", "3.0.0", "4.0.0"].map((to, i) => ({
    id: `wish ${i}`,
    by: "Ada",
    from: `${i + 1}.0.0`,
    to,
  }));
  const [before, second, third] = versions as [(typeof versions)[0], (typeof versions)[0], (typeof versions)[0]];
  leave({ id: before.id, ok: true, faults: [] }, [before]);

  const clock = createVirtualClock(0);
  const told: DriverReload[] = [];
  onTestFinished(watchReloads(folder, clock, (reload) => told.push(reload)));
  leave({ id: third.id, ok: true, faults: [] }, versions);
  leave({ id: "refused", ok: false, faults: [{ code: "driver.incompatible", message: "another unit" }] }, versions);
  await clock.run(() => clock.now() > 10_000);
  expect(told).toEqual([second, third].map(({ by, from, to }) => ({ device: "mixer", by, from, to })));
});
