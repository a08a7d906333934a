/** A kind of equipment that labloop brings a driver for, and how a lab file names it. */
export interface KnownDevice {
  /** As `--devices` names it, and the device's name in the lab file. */
  readonly name: string;
  readonly what: string;
  readonly module: string;
  /** Whether it is simulated in a first lab, and part of its first campaign. */
  readonly isFirst?: true;
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
];
