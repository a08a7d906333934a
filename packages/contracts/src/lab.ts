import * as z from "zod";
import { RenewWith } from "./capability.ts";
import { Name } from "./ids.ts";
import { Json } from "./json.ts";
import { MaintenanceWatch } from "./maintenance.ts";
import { SafetyDocument } from "./safety.ts";
import { Text } from "./text.ts";

/**
 * How to reach an instrument: a TCP address, a serial port, or the plant of a simulated lab; `none` for a driver that finds
 * its own way, such as one that watches a folder or asks a person.
 */
export const TransportConfig = z.union([
  z.strictObject({
    tcp: z.string().regex(/^[^:\s]+:\d+$/, "write host:port"),
    record: z.string().min(1).optional(),
  }),
  z.strictObject({
    /** The port as the operating system names it: `/dev/ttyUSB0`, `/dev/tty.usbserial-1`, `COM3`. */
    serial: z.string().min(1),
    baudRate: z.number().int().min(50).default(9_600),
    dataBits: z.literal([5, 6, 7, 8]).default(8),
    parity: z.enum(["none", "even", "odd"]).default("none"),
    stopBits: z.literal([1, 1.5, 2]).default(1),
    /** Whether the port's RTS and CTS lines say when to wait. */
    rtscts: z.boolean().default(false),
    /** A file, resolved from the lab file, to which all that passes on the wire is added, for a replay. */
    record: z.string().min(1).optional(),
  }),
  /** A file that `record` has made: it plays the instrument, strictly in order, without any. */
  z.strictObject({ replay: z.string().min(1) }),
  z.strictObject({ plant: z.string() }),
  z.literal("none"),
]);
export type TransportConfig = z.infer<typeof TransportConfig>;

/** Which calibration a device's values rest on; `expires` is a date. */
export const Calibration = z.strictObject({ reference: z.string(), expires: z.iso.date().nullable() });
export type Calibration = z.infer<typeof Calibration>;

/**
 * How a device's calibration is watched over: it is valid to the end of the day `expires`, in UTC; people are told
 * `noticeDays` before. Once it has expired nothing new is started on the device, or it is used with a warning.
 */
export const CalibrationWatch = Calibration.extend({
  noticeDays: z.number().int().min(0).default(14),
  whenExpired: z.enum(["hold", "warn"]).default("hold"),
  /** The operation that calibrates the device, run by the engine once notice is due; it is valid for so many days. */
  renew: z
    .strictObject({
      operation: z.string(),
      with: RenewWith.default({}),
      validDays: z.number().int().min(1),
    })
    .optional(),
});
export type CalibrationWatch = z.infer<typeof CalibrationWatch>;

/**
 * What a lab file states of a calibration. What it leaves out is as the driver declares it, where it declares any: the
 * reference, how long it is valid, when people are told, and the operation that renews it.
 */
export const CalibrationStatement = z.strictObject({
  reference: z.string().optional(),
  /** The day it was done; it is valid for as long as the driver says, unless `expires` says otherwise. */
  done: z.iso.date().optional(),
  /** Its last day; null for a calibration that does not run out. */
  expires: z.iso.date().nullable().optional(),
  noticeDays: z.number().int().min(0).optional(),
  whenExpired: z.enum(["hold", "warn"]).optional(),
  /** False where it is not to be renewed by the operation that the driver names. */
  renew: z
    .union([
      z.strictObject({
        operation: z.string().optional(),
        with: RenewWith.optional(),
        validDays: z.number().int().min(1).optional(),
      }),
      z.literal(false),
    ])
    .optional(),
});
export type CalibrationStatement = z.infer<typeof CalibrationStatement>;

export const LabDevice = z.strictObject({
  /**
   * The driver: a package name or a path, resolved from the lab file. A path that ends in `.yaml` is a declaration, which
   * names the driver it is for; one that ends in `.caps.json` is what a driver that runs elsewhere announces.
   */
  module: z.string(),
  config: z.record(z.string(), Json).default({}),
  transport: TransportConfig.default("none"),
  /** What the lab counts on it for, as protocols name it; checked against what the driver says. */
  capability: z.string().min(1).optional(),
  /** Where it stands, for people: a room, a bench, a shelf. */
  location: z.string().min(1).optional(),
  /** The serial number on its plate; it goes into every observation where the wire cannot tell. */
  serialNumber: z.string().min(1).optional(),
  /** The version of its firmware, as its display says; it stands in observations where the instrument does not tell. */
  firmware: z.string().min(1).optional(),
  calibration: CalibrationStatement.optional(),
  /** What it needs now and then, each with a name of its own. */
  maintenance: z
    .array(MaintenanceWatch)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "two of these have the same name")
    .optional(),
});
export type LabDevice = z.infer<typeof LabDevice>;

/** `lab.yaml`: what a lab has. */
export const LabDocument = z.strictObject({
  schemaVersion: z.literal(1),
  lab: Name,
  title: Text,
  mode: z.enum(["real", "simulated"]),
  /** Who answers for the lab. */
  owner: z.string(),
  /** Whom to ask: an address of mail, a telephone number. */
  contact: z.string(),
  /** The world module of a simulated lab, resolved from the lab file. */
  world: z.string().optional(),
  devices: z.record(Name, LabDevice),
  /** Positions that are no devices, for example a rack or a bin; they take any number of parts. */
  places: z.array(Name).default([]),
  /** Table name to a CSV file with a header row, resolved from the lab file. */
  tables: z.record(z.string(), z.string()).default({}),
  safety: SafetyDocument.optional(),
});
export type LabDocument = z.infer<typeof LabDocument>;

/** A lab document whose calibrations are whole: what the file states, with what drivers declare. */
export type WholeLab = Omit<LabDocument, "devices"> & {
  readonly devices: Readonly<
    Record<string, Omit<LabDevice, "calibration"> & { readonly calibration?: CalibrationWatch | undefined }>
  >;
};
