/** What one package may depend on: workspace packages by name, and libraries from outside. */
export interface Layer {
  readonly workspace: readonly string[];
  readonly outside: readonly string[];
}

const device: Layer = { workspace: ["contracts", "driver"], outside: ["zod"] };
/** A family whose declarations name units, which it converts and checks as protocols do. */
const declared: Layer = { workspace: ["contracts", "driver", "protocol"], outside: ["zod"] };

/**
 * Who may import whom. Every package of the workspace stands here, by its folder; a package that does not fails the test,
 * so that a new one is placed on purpose. zod may be used by any.
 */
export const layers: Readonly<Record<string, Layer>> = {
  "packages/contracts": { workspace: [], outside: [] },
  "packages/clock": { workspace: ["contracts"], outside: ["ulid"] },
  "packages/protocol": { workspace: ["contracts"], outside: ["yaml"] },
  "packages/scheduler": { workspace: ["contracts"], outside: [] },
  "packages/machines": { workspace: ["contracts"], outside: ["xstate"] },
  "packages/optimizer": {
    workspace: ["contracts"],
    outside: [
      "@tensorflow/tfjs-backend-cpu",
      "@tensorflow/tfjs-backend-wasm",
      "@tensorflow/tfjs-core",
      "@tensorflow/tfjs-node",
    ],
  },
  "packages/journal": { workspace: ["contracts"], outside: [] },
  "packages/bus": { workspace: ["contracts"], outside: ["mqtt"] },
  "packages/broker": { workspace: ["contracts"], outside: ["aedes"] },
  "packages/driver": { workspace: ["contracts", "bus"], outside: ["fast-check", "serialport"] },
  "packages/engine": {
    workspace: ["contracts", "protocol", "scheduler", "optimizer", "machines", "journal", "bus"],
    outside: [],
  },
  "packages/cli": {
    workspace: [
      "contracts",
      "clock",
      "protocol",
      "scheduler",
      "optimizer",
      "machines",
      "journal",
      "bus",
      "broker",
      "driver",
      "engine",
      "gateway",
      "records",
    ],
    outside: ["commander", "pino", "ws", "yaml"],
  },
  "packages/gateway": { workspace: ["contracts", "journal", "bus"], outside: ["fastify", "ws"] },
  "packages/records": { workspace: ["contracts", "journal"], outside: ["hyparquet-writer"] },
  "devices/file-drop": device,
  "devices/opentrons": device,
  "packages/dashboard": {
    workspace: ["contracts", "machines", "protocol"],
    outside: ["@preact/signals", "preact", "uplot"],
  },
  "devices/marlin-gcode": device,
  "devices/mark10-esm": device,
  "devices/mettler-toledo-mt-sics": device,
  "devices/python": device,
  "devices/starter-pump": device,
  "devices/person": device,
  "devices/modbus": declared,
  "devices/text-line": declared,
  "devices/universal-robots-dashboard": device,
  simulator: {
    workspace: [
      "contracts",
      "clock",
      "bus",
      "driver",
      "device-file-drop",
      "device-marlin-gcode",
      "device-mark10-esm",
      "device-mettler-toledo-mt-sics",
      "device-modbus",
      "device-starter-pump",
      "device-opentrons",
      "device-universal-robots-dashboard",
    ],
    outside: [],
  },
};

/** Node's modules that do I/O or read the time, kept out of the pure packages. */
export const impure =
  "^(node:)?(fs|fs/promises|net|tls|http|https|dgram|child_process|os|timers|timers/promises|sqlite)$";

/** Packages whose sources take values and return values. */
export const pure = ["contracts", "protocol", "scheduler", "machines", "optimizer"];
