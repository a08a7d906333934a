import type { DeviceCaps, Fault, LabDevice } from "@labloop/contracts";
import { capsOf, type DeviceDefinition } from "@labloop/driver";
import { loadDriver } from "./load-driver.ts";

/** A fault of a device, with the place in the lab file that it belongs to; null for one that has a place of its own. */
interface DeviceFault {
  readonly fault: Fault;
  readonly at: { readonly path: readonly (string | number)[]; readonly of: "key" | "value" } | null;
}

/** What is known of a device from its driver's own declaration: plain data, which crosses to other processes. */
export interface DescribedDevice {
  /** Null when the driver could not be loaded; then the faults say why. */
  readonly caps: DeviceCaps | null;
  /** Whether its driver runs elsewhere, in another language perhaps. */
  readonly isElsewhere: boolean;
  readonly hasMetHardware: boolean;
  /** Real time from one reading of its telemetry to the next, ms; left out where it has none, or nobody says. */
  readonly telemetryEveryMs?: number;
  readonly faults: readonly DeviceFault[];
}

/** A device with the driver that was loaded for it; one that runs elsewhere, or could not be loaded, has none. */
export interface LoadedDevice extends DescribedDevice {
  readonly definition: DeviceDefinition | null;
}

/** Loads the driver that a lab file names for a device, and checks the device's entry against it. */
export async function loadDevice(labPath: string, id: string, device: LabDevice): Promise<LoadedDevice> {
  const driver = await loadDriver(labPath, device.module);
  if (!driver.ok) {
    const faults = driver.faults.map((fault) => placed(id, fault));
    return { definition: null, caps: null, isElsewhere: false, hasMetHardware: false, faults };
  }
  const withCapability = (caps: DeviceCaps) =>
    wrongWithCapability(id, device.capability, caps).map((fault) => ({ fault, at: inLab(id, "capability") }));
  if ("announced" in driver.value) {
    const caps = driver.value.announced;
    return { definition: null, caps, isElsewhere: true, hasMetHardware: false, faults: withCapability(caps) };
  }
  const { definition } = driver.value;
  const caps = capsOf(definition, { serial: null, firmware: null, heartbeatMs: 1_000 });
  const isPlant = typeof device.transport === "object" && "plant" in device.transport;
  // A plant plays the other side of any link.
  const wrongLink = isPlant ? null : wrongWithLink(id, definition.link ?? "stream", device.transport === "none");
  const faults: DeviceFault[] = [
    ...wrongWithConfig(id, definition, device.config),
    ...(wrongLink === null ? [] : [{ fault: wrongLink, at: inLab(id, "transport", "key") }]),
    ...withCapability(caps),
  ];
  const { provenance, telemetry } = definition;
  const known = { caps, isElsewhere: false, hasMetHardware: provenance.metHardware, faults };
  return { definition, ...known, ...(telemetry === undefined ? {} : { telemetryEveryMs: telemetry.everyMs }) };
}

/** A fault inside a file has its place there; one of the whole file belongs to where the lab names it. */
function placed(id: string, fault: Fault): DeviceFault {
  const { file, line } = fault;
  if (file === undefined) return { fault, at: inLab(id, "module") };
  if (line !== undefined) return { fault, at: null };
  return { fault: { ...fault, message: `${file}: ${fault.message}` }, at: inLab(id, "module") };
}

function inLab(id: string, key: string, of: "key" | "value" = "value"): DeviceFault["at"] {
  return { path: ["devices", id, key], of };
}

function wrongWithConfig(id: string, definition: DeviceDefinition, config: LabDevice["config"]): DeviceFault[] {
  const checked = definition.config.safeParse(config);
  return (checked.error?.issues ?? []).map((issue) => {
    const steps = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
    const message = `${id}: ${issue.path.join(".") || "config"}: ${issue.message}`;
    return {
      fault: { code: "lab.badConfig", message },
      at: { path: ["devices", id, "config", ...steps], of: "value" as const },
    };
  });
}

function wrongWithCapability(id: string, wanted: string | undefined, { capability, kind }: DeviceCaps): Fault[] {
  if (wanted === undefined || wanted === capability) return [];
  const message = `${id}: the lab counts on it as "${wanted}", and its driver (${kind}) is for "${capability}"`;
  return [{ code: "lab.capabilityOther", message, hint: `write capability: ${capability}, or name another driver` }];
}

function wrongWithLink(id: string, link: "stream" | "own", hasNone: boolean): Fault | null {
  if (link === "stream" && hasNone) {
    const message = `${id}: its driver talks over a wire, and the lab file does not say which`;
    return {
      code: "lab.transportMissing",
      message,
      hint: "write transport: { tcp: host:port } or { serial: /dev/ttyUSB0 }",
    };
  }
  if (link === "own" && !hasNone) {
    const message = `${id}: its driver finds its own way to the instrument and uses no transport`;
    return { code: "lab.transportUnused", message, hint: "leave transport out; addresses stand in its config" };
  }
  return null;
}
