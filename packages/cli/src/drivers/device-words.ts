import type { ClockAnchor, DeviceCaps, Fault, Health, LabDevice } from "@labloop/contracts";
import type { BrokerFlags } from "../lab/broker-access.ts";
import type { Links } from "../lab/open-links.ts";
import type { PlantAddress } from "../lab/plants-at.ts";

/** What the process of a device opens: plain data, all that it knows of the lab. */
export interface DeviceOrder {
  readonly type: "open";
  readonly labPath: string;
  readonly lab: string;
  readonly mode: "real" | "simulated";
  readonly deviceId: string;
  readonly device: LabDevice;
  /** Where device journals are. */
  readonly folder: string;
  readonly anchor: ClockAnchor;
  readonly broker: string;
  /** What a client begins with there. */
  readonly protocol: Links["protocol"];
  readonly access: BrokerFlags;
  /** Of a simulated lab; null for a real one. */
  readonly plant: PlantAddress | null;
  /** What plans are made for: a driver that declares something else is not opened. Null before one was known. */
  readonly before: DeviceCaps | null;
}

/** What the parent says. `rest` ends the process once the device carries nothing out, within so many ms. */
export type ParentWord =
  | DeviceOrder
  | { readonly type: "rest"; readonly withinMs: number }
  | { readonly type: "close" };

/** What the process says. */
export type DeviceWord =
  | { readonly type: "alive"; readonly rssBytes: number; readonly health: Health | null }
  | { readonly type: "opened"; readonly caps: DeviceCaps }
  | { readonly type: "fault"; readonly fault: Fault }
  | { readonly type: "busy"; readonly running: readonly string[] };

/** Ms from one sign of life to the next. */
export const aliveEveryMs = 1_000;
