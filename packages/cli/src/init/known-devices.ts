/** A kind of equipment that labloop brings a driver for, and how a lab file names it. */
export interface KnownDevice {
  /** As `--devices` names it, and the device's name in the lab file. */
  readonly name: string;
  readonly what: string;
  readonly module: string;
  /** Whether it is simulated in a first lab, and part of its first campaign. */
  readonly isFirst?: true;
  /** What else is to be known before its marks are removed. */
  readonly note?: string;
  /** Files of this installation that are copied beside the lab file, to be fitted to the instrument; the first is its module. */
  readonly declaration?: readonly string[];
  /** Lines of the lab file below `module`, with an example of how it is reached. */
  readonly lines: readonly string[];
}

/** Every kind that `labloop init` knows, those of the first campaign before the others. */
export const knownDevices: readonly KnownDevice[] = [
  {
    name: "balance",
    what: "METTLER TOLEDO balance or scale (MT-SICS)",
    module: "@labloop/device-mettler-toledo-mt-sics",
    isFirst: true,
    lines: ['transport: { tcp: "192.168.0.20:4001" }', "# or transport: { serial: /dev/ttyUSB0, baudRate: 9600 }"],
  },
  {
    name: "pump",
    what: "dosing pump (simulated)",
    module: "@labloop/device-starter-pump",
    isFirst: true,
    lines: [],
  },
  {
    name: "printer",
    what: "3D printer with Marlin firmware",
    module: "@labloop/device-marlin-gcode",
    lines: ["transport: { serial: /dev/ttyACM0, baudRate: 115200 }"],
  },
  {
    name: "tester",
    what: "compression tester Mark-10 ESM",
    module: "@labloop/device-mark10-esm",
    lines: ["transport: { serial: /dev/ttyUSB1, baudRate: 115200 }"],
  },
  {
    name: "arm",
    what: "Universal Robots arm (dashboard server)",
    module: "@labloop/device-universal-robots-dashboard",
    lines: [
      'transport: { tcp: "192.168.0.30:29999" }',
      "config:",
      "  # Programs taught on the pendant, by the move that each makes; and those that read a switch under a place.",
      '  programs: { "printer>balance": p-bal.urp }',
      "  senses: { printer: see-p.urp }",
    ],
  },
  {
    name: "person",
    what: "somebody who does a step by hand, and answers on the page or by: labloop person answer",
    module: "./person.yaml",
    declaration: ["devices/person/declarations/balance.yaml"],
    lines: [],
  },
  {
    name: "files",
    what: "instrument whose computer drops files into a folder or share",
    module: "./files.yaml",
    declaration: ["devices/file-drop/declarations/balance.yaml"],
    lines: ["config: { folder: /mnt/instrument }"],
  },
  {
    name: "text",
    what: "instrument with text commands, as SCPI, over TCP or a serial port",
    module: "./text.yaml",
    declaration: ["devices/text-line/examples/power-supply.yaml"],
    lines: ['transport: { tcp: "192.168.0.40:5025" }', "# or transport: { serial: /dev/ttyUSB2, baudRate: 9600 }"],
  },
  {
    name: "modbus",
    what: "instrument with Modbus registers, over TCP or a serial port",
    module: "./modbus.yaml",
    declaration: ["devices/modbus/examples/thermostat.yaml"],
    lines: [
      'transport: { tcp: "192.168.0.50:502" }',
      "# or transport: { serial: /dev/ttyUSB3, baudRate: 19200, parity: even }",
    ],
  },
  {
    name: "opentrons",
    what: "Opentrons OT-2 or Flex",
    module: "./opentrons.yaml",
    declaration: ["devices/opentrons/declarations/ot2.yaml", "devices/opentrons/declarations/mix.py"],
    lines: ['transport: { tcp: "192.168.0.60:31950" }'],
  },
  {
    name: "python",
    what: "instrument that a Python library drives",
    note: "Make it first: labloop driver new python --python. It runs in a process of its own: see devices/python/README.md",
    module: "./python/driver.caps.json",
    lines: [],
  },
];
