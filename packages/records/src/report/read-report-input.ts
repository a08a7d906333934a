import { type DeviceCaps, LabError, type RandomBand, type RecordedEvent } from "@labloop/contracts";
import { createProjection } from "@labloop/journal";
import { collectDoubts } from "./doubt-record.ts";
import type { ReportInput } from "./report-input.ts";

/** Returns what a report is made from, all of it from a journal but the band of random search; throws `report.nothingRecorded` when that is empty. */
export function readReportInput(events: Iterable<RecordedEvent>, band: RandomBand | null): ReportInput {
  const projection = createProjection();
  const doubts = collectDoubts();
  const caps = new Map<string, DeviceCaps>();
  let origin: ReportInput["origin"] | undefined;
  let protocol: ReportInput["protocol"] = null;
  let lastAt = 0;
  for (const record of events) {
    projection.apply(record);
    doubts.take(record);
    const { event, labAt } = record;
    if (event.type === "campaign.created") origin = event;
    if (event.type === "device.announced") caps.set(event.device, event.caps);
    if (event.type === "run.queued") {
      const { plan } = event;
      protocol = { name: plan.protocol, version: plan.version, digest: plan.protocolDigest };
    }
    lastAt = labAt;
  }
  const view = projection.view();
  // Devices announce themselves in any order; printer-2 comes before printer-10.
  const devices = view.devices.toSorted((a, b) => a.device.localeCompare(b.device, "en", { numeric: true }));
  if (origin === undefined || view.campaign === null) {
    throw new LabError("report.nothingRecorded", "the journal holds no campaign", {
      hint: "give the data folder of a campaign that was started",
    });
  }
  return {
    view: { ...view, devices, campaign: view.campaign },
    origin,
    caps,
    protocol,
    doubts: doubts.all(),
    lastAt,
    band,
  };
}
