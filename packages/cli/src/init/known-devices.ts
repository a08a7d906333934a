/** A value that the first campaign observes. */
export interface FirstValue {
  readonly name: string;
  /** What it is computed from, by step. */
  readonly expression: string;
  readonly unit: string;
}

/** A kind of equipment that labloop brings a driver for, how a lab file names it, and what it does in a first campaign. */
export interface KnownDevice {
  /** As `--devices` names it; the device's name in the lab file, and its role in the protocol. */
  readonly name: string;
  readonly what: string;
  readonly module: string;
  readonly capability: string;
  /** Its plant in the world of a first lab. */
  readonly plant: string;
  /** Set for what every first lab has. */
  readonly isFirst?: true;
  /** What its block in the lab file says before anything else. */
  readonly notes?: readonly string[];
  /** Lines of the lab file below `transport`, such as its config. */
  readonly lines?: readonly string[];
  /** How the instrument itself is reached. */
  readonly yours: readonly string[];
  /** Positions that it needs and that are no devices. */
  readonly places?: readonly string[];
  /** Its steps, as lines of the protocol: after the second weighing, or, where nothing of it is observed, before that. */
  readonly steps: readonly (readonly string[])[];
  readonly observe?: readonly FirstValue[];
  /** What a first campaign varies of it where no pump doses onto a balance; without it nothing of it can be varied. */
  readonly varied?: VariedFirst;
}

/** What a first campaign asks of one device that it varies. */
export interface VariedFirst {
  readonly question: string;
  /** In place of the device's steps. */
  readonly steps: readonly (readonly string[])[];
  /** Parameter to its lines in the campaign's file; each has a unit. */
  readonly parameters: Readonly<
    Record<string, { readonly unit: string; readonly range: string; readonly title: string }>
  >;
  /** What is made as small as can be. */
  readonly error: Omit<FirstValue, "name">;
}

const speedAndTime = {
  speed: { unit: "rpm", range: "min: 50, max: 300, step: 1", title: "Pump speed" },
  time: { unit: "s", range: "min: 1, max: 10, step: 0.1", title: "Time it turns" },
} as const;

/**
 * Every kind that `labloop init` knows, those that every first lab has before the others; whoever takes the vessel off the
 * balance comes last, since the last step gives the balance free.
 */
export const knownDevices: readonly KnownDevice[] = [
  {
    name: "balance",
    what: "METTLER TOLEDO balance or scale (MT-SICS)",
    module: "@labloop/device-mettler-toledo-mt-sics",
    capability: "balance",
    plant: "mt-sics",
    isFirst: true,
    yours: ['transport: { tcp: "192.168.0.20:4001" }', "or: { serial: /dev/ttyUSB0, baudRate: 9600 }"],
    steps: [["step: weigh", "use: balance.weigh"]],
    observe: [{ name: "mass", expression: "weigh.mass", unit: "g" }],
  },
  {
    name: "pump",
    what: "dosing pump (simulated)",
    module: "@labloop/device-starter-pump",
    capability: "dosing-pump",
    plant: "starter-pump",
    isFirst: true,
    yours: [],
    steps: [["step: dose", "use: pump.dose", "with: { speed: 60 rpm, time: 5 s }"]],
    observe: [{ name: "turns", expression: "dose.turns", unit: "1" }],
    varied: {
      question: "Which speed and time make 10 turns?",
      steps: [["step: dose", "use: pump.dose", "with: { speed: = speed, time: = time }"]],
      parameters: speedAndTime,
      error: { expression: "abs(dose.turns - 10)", unit: "1" },
    },
  },
  {
    name: "printer",
    what: "3D printer with Marlin firmware",
    module: "@labloop/device-marlin-gcode",
    capability: "fdm-printer",
    plant: "marlin",
    yours: ["transport: { serial: /dev/ttyACM0, baudRate: 115200 }"],
    steps: [["step: print", "use: printer.print", "with: { file: CLIP.G }   # a file on its card"]],
    observe: [{ name: "printTime", expression: "print.elapsed", unit: "s" }],
  },
  {
    name: "tester",
    what: "compression tester Mark-10 ESM",
    module: "@labloop/device-mark10-esm",
    capability: "compression-tester",
    plant: "mark10-esm",
    yours: ["transport: { serial: /dev/ttyUSB1, baudRate: 115200 }"],
    steps: [["step: press", "use: tester.compress", "with: { travel: 5 mm, speed: 30 mm/min }"]],
    observe: [{ name: "peak", expression: "press.peak", unit: "N" }],
    varied: {
      question: "Which travel presses with 200 N?",
      steps: [["step: press", "use: tester.compress", "with: { travel: = travel, speed: 30 mm/min }"]],
      parameters: { travel: { unit: "mm", range: "min: 1, max: 10, step: 0.1", title: "Travel" } },
      error: { expression: "abs(press.peak - 200 N)", unit: "N" },
    },
  },
  {
    name: "arm",
    what: "Universal Robots arm (dashboard server)",
    module: "@labloop/device-universal-robots-dashboard",
    capability: "part-mover",
    plant: "universal-robots-dashboard",
    lines: [
      "config:",
      "  # Programs taught on the pendant, by the move that each makes between two",
      "  # positions; and those that read the switch under a position.",
      '  programs: { "tray>shelf": tray-shelf.urp, "shelf>tray": shelf-tray.urp }',
      "  senses: { tray: see-tray.urp, shelf: see-shelf.urp }",
    ],
    yours: ['transport: { tcp: "192.168.0.30:29999" }'],
    places: ["tray", "shelf"],
    steps: [
      ["step: toShelf", "use: arm.transfer", "with: { from: = place(tray), to: = place(shelf) }"],
      ["step: toTray", "use: arm.transfer", "with: { from: = place(shelf), to: = place(tray) }"],
    ],
  },
  {
    name: "files",
    what: "instrument whose computer drops files into a folder or share",
    module: "./files.yaml",
    capability: "balance-by-file",
    plant: "balance-pc",
    notes: ["files.yaml says how its files are named and read: here a second balance's."],
    lines: [
      "config: { folder: exchange }",
      "serialNumber: SIM-FILES-1   # from its plate: files cannot tell it,",
      'firmware: "1.0"             # nor this, as its computer shows it',
    ],
    yours: ["transport: none", "config: { folder: /mnt/instrument }"],
    steps: [["step: weighAgain", "use: files.weigh"]],
    observe: [{ name: "massAgain", expression: "weighAgain.mass", unit: "g" }],
  },
  {
    name: "text",
    what: "instrument with text commands, as SCPI, over TCP or a serial port",
    module: "./text.yaml",
    capability: "text-pump",
    plant: "starter-pump",
    notes: ["text.yaml says what it is asked and told: here a second dosing pump."],
    yours: ['transport: { tcp: "192.168.0.40:5025" }', "or: { serial: /dev/ttyUSB2, baudRate: 9600 }"],
    steps: [["step: dilute", "use: text.dose", "with: { speed: 60 rpm, time: 2 s }   # is weighed with the rest"]],
  },
  {
    name: "modbus",
    what: "instrument with Modbus registers, over TCP or a serial port",
    module: "./modbus.yaml",
    capability: "thermostat",
    plant: "modbus-thermostat",
    notes: ["modbus.yaml says what its registers mean: here a thermostat's."],
    lines: [
      "serialNumber: SIM-MODBUS-1   # from its plate: its registers do not tell it,",
      'firmware: "1.0"              # nor this, as its display shows it',
    ],
    yours: ['transport: { tcp: "192.168.0.50:502" }', "or: { serial: /dev/ttyUSB3, baudRate: 19200, parity: even }"],
    steps: [["step: warm", "use: modbus.setTemperature", "with: { target: 25 degC }"]],
    observe: [{ name: "bath", expression: "warm.reached", unit: "degC" }],
    varied: {
      question: "Which setting brings the bath to 37 °C?",
      steps: [["step: warm", "use: modbus.setTemperature", "with: { target: = target }"]],
      parameters: { target: { unit: "degC", range: "min: 20, max: 60, step: 0.5", title: "Setting" } },
      error: { expression: "abs(warm.reached - 37 degC)", unit: "K" },
    },
  },
  {
    name: "opentrons",
    what: "Opentrons OT-2 or Flex",
    module: "./opentrons.yaml",
    capability: "liquid-handler",
    plant: "robot-server",
    notes: [
      "opentrons.yaml says what it can be asked for, mix.py is what it then does.",
      "The simulated one does not read mix.py: it mixes, whatever stands there.",
    ],
    yours: ['transport: { tcp: "192.168.0.60:31950" }'],
    steps: [["step: mix", "use: opentrons.mix", "with: { blue: 40 uL, yellow: 60 uL }"]],
    observe: [{ name: "mixed", expression: "mix.total", unit: "uL" }],
    varied: {
      question: "How much blue makes 100 uL with 60 uL of yellow?",
      steps: [["step: mix", "use: opentrons.mix", "with: { blue: = blue, yellow: 60 uL }"]],
      parameters: { blue: { unit: "uL", range: "min: 20, max: 80, step: 1", title: "Blue" } },
      error: { expression: "abs(mix.total - 100 uL)", unit: "uL" },
    },
  },
  {
    name: "python",
    what: "instrument that a Python library drives",
    module: "./python/stand-in.yaml",
    capability: "dispenser",
    plant: "dispenser",
    lines: ["serialNumber: SIM-PYTHON-1   # from its plate: the wire does not tell it"],
    notes: [
      "A Python driver runs in a process of its own, which virtual time cannot",
      "order. So this is a stand-in with the same operations, and the driver itself",
      "is python/driver.py. To use it, as devices/python/README.md says in full:",
      "  cd python",
      "  python -m labloop_driver driver.py --announce driver.caps.json",
      "and here, instead of the lines module and transport:",
      "  module: ./python/driver.caps.json",
    ],
    yours: [],
    steps: [["step: dispense", "use: python.dispense", "with: { volume: 50 uL }"]],
    observe: [{ name: "dispensed", expression: "dispense.delivered", unit: "uL" }],
    varied: {
      question: "Which volume delivers 120 uL?",
      steps: [["step: dispense", "use: python.dispense", "with: { volume: = volume }"]],
      parameters: { volume: { unit: "uL", range: "min: 10, max: 400, step: 1", title: "Volume" } },
      error: { expression: "abs(dispense.delivered - 120 uL)", unit: "uL" },
    },
  },
  {
    name: "person",
    what: "somebody who does a step by hand and says how it went",
    module: "./person.yaml",
    capability: "level-reader",
    plant: "level-reader",
    notes: ["Answers on the page, or by: labloop person answer. person.yaml says what may", "be asked."],
    yours: ["transport: none"],
    places: ["window"],
    steps: [["step: level", "use: person.readLevel", "with: { from: = device(balance), to: = place(window) }"]],
    observe: [{ name: "level", expression: "level.level", unit: "mL" }],
  },
];
