import { type LabDocument, LabError, maintenanceStanding, maintenanceText } from "@labloop/contracts";
import { type LabMaintenance, labMaintenance } from "../lab/lab-maintenance.ts";
import { fault, fine, type Finding, warning } from "./finding.ts";

/**
 * Returns which maintenance of a lab is due, or is soon, at an instant (ms), by what the campaigns under a data folder have
 * counted; what nobody has counted yet is told as such.
 */
export async function checkMaintenance(document: LabDocument, data: string, now: number): Promise<Finding[]> {
  let all: readonly LabMaintenance[];
  try {
    all = await labMaintenance(document, data);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return [fault("maintenance", error.code, error.message, error.hint)];
  }
  return all.map(({ device, watch, count }): Finding => {
    const { name, whenDue, renew } = watch;
    const about = `device ${device}`;
    if (count === null) return fine(about, "maintenance.uncounted", `${name} is counted from its first campaign on`);
    const text = maintenanceText(watch, count);
    const mend =
      renew === undefined
        ? `do it, and say so: labloop device maintained ${device} ${name}`
        : `its next campaign does it first, by ${renew.operation}`;
    switch (maintenanceStanding(watch, count, now)) {
      case "kept":
        return fine(about, "maintenance.kept", `${name}: ${text}`);
      case "near":
        return warning(about, "maintenance.near", `${name} is due soon: ${text}`, mend);
      case "due": {
        const what = `${name} is due: ${text}`;
        if (renew !== undefined || whenDue === "warn") return warning(about, "maintenance.due", what, mend);
        return fault(about, "maintenance.due", `${what}: nothing is started on it`, mend);
      }
    }
  });
}
