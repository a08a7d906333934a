import { driverApi } from "@labloop/driver";
import type { Fault, Outcome } from "@labloop/contracts";
import type { LoadedLab } from "../lab/load-lab.ts";
import { fault, fine, type Finding, warning } from "./finding.ts";

/** Returns what keeps a lab from being loaded, or its world, all of it, with places; or what its drivers are. */
export function checkDrivers(loaded: Outcome<LoadedLab>, ofWorld: readonly Fault[]): Finding[] {
  if (!loaded.ok) return [...loaded.faults, ...ofWorld].map(faultFinding);
  const { document, caps, elsewhere, metHardware } = loaded.value;
  const count = Object.keys(document.devices).length;
  const findings = [
    ...ofWorld.map(faultFinding),
    fine("lab", "lab.sound", `${document.lab}: ${count} devices, every driver loads (kit version ${driverApi})`),
  ];
  for (const [id, { kind }] of Object.entries(caps)) {
    if (elsewhere.includes(id)) {
      const what = `${kind}: its driver runs elsewhere and is met on a broker`;
      findings.push(fine(`device ${id}`, "driver.elsewhere", what));
    } else if (document.mode === "real" && !metHardware.includes(id)) {
      const mend = "try each operation once, watched, before a campaign depends on it; its README says what to check";
      findings.push(warning(`device ${id}`, "driver.untried", `the driver ${kind} has not met hardware yet`, mend));
    }
  }
  if (document.mode === "simulated") findings.push(...mixed(loaded.value));
  return findings;
}

/** In a lab that runs faster than life, an instrument that does not would seem to hang. */
function mixed({ document }: LoadedLab): Finding[] {
  const real = Object.entries(document.devices).flatMap(([id, { transport }]) =>
    typeof transport === "object" && !("plant" in transport) ? [id] : [],
  );
  if (real.length === 0) return [];
  const what = `${real.join(", ")}: reached over a wire, in a lab that is simulated`;
  return [warning("clock", "lab.mixed", what, "run it with --clock real")];
}

function faultFinding({ code, message, path, file, line, column, hint }: Fault): Finding {
  const device = /^devices\.([^.]+)/.exec(path ?? "")?.[1];
  const place = file === undefined ? "" : `${file}${line === undefined ? "" : `:${line}:${column ?? 1}`}: `;
  return fault(device === undefined ? "lab" : `device ${device}`, code, `${place}${message}`, hint);
}
