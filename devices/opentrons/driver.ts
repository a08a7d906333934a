import { basename } from "node:path";
import { type Fault, LabError } from "@labloop/contracts";
import { type Declaration, type DeviceDefinition, defineFamily, type Operation } from "@labloop/driver";
import * as z from "zod";
import { type DeclaredOperation, OpentronsDeclaration } from "./declaration.ts";
import { haltRuns, operationOf } from "./operation.ts";
import { createRobot } from "./robot.ts";
import type { Session } from "./session.ts";
import { Health } from "./wire.ts";

const Config = z.strictObject({
  /** From one look at a run to the next, ms of real time; chosen. */
  pollMs: z.number().int().min(100).default(1_000),
  /** Longest wait for an answer, ms of real time; chosen. */
  answerMs: z.number().int().min(500).default(15_000),
  /** Longest wait for the robot's analysis of a protocol, ms of real time; chosen, long protocols take minutes. */
  analysisMs: z.number().int().min(1_000).default(300_000),
});
type Config = z.infer<typeof Config>;

/** Opentrons OT-2 and Flex over their HTTP API, with the protocols that a declaration names. */
export default defineFamily<OpentronsDeclaration>({
  family: "opentrons",
  declaration: OpentronsDeclaration,
  define(declaration) {
    const { document } = declaration;
    const faults: Fault[] = [];
    const operations: Record<string, Operation<Session>> = {};
    for (const [name, declared] of Object.entries(document.operations)) {
      const names = [declared.protocol, ...declared.labware];
      const files = names.flatMap((file, index) => {
        const text = declaration.readBeside(file);
        if (text.ok) return [{ name: basename(file), bytes: Buffer.from(text.value, "utf8") }];
        const at = index === 0 ? ["protocol"] : ["labware", index - 1];
        faults.push(
          ...text.faults.map((fault) =>
            declaration.faultAt(["operations", name, ...at], { ...fault, message: `${file}: ${fault.message}` }),
          ),
        );
        return [];
      });
      faults.push(...faultsOf(declaration, name, declared));
      operations[name] = operationOf(declared, files);
    }
    if (faults.length > 0) return { ok: false, faults };
    const device: DeviceDefinition<Config, Session> = {
      kind: document.kind,
      driverVersion: document.version,
      capability: document.capability,
      title: { en: document.title.en, ja: document.title.ja ?? document.title.en },
      provenance: {
        manual: "Opentrons HTTP API, source of robot-server and of the package opentrons 10.1.0",
        metHardware: false,
      },
      config: Config,
      async connect(stream, config, { linkClock }) {
        const robot = createRobot(stream, linkClock, config.answerMs);
        const health = await robot.get("/health", Health).catch((error: unknown) => {
          throw new LabError("wire.wrongInstrument", "the other side does not answer as an Opentrons robot does", {
            cause: error,
            hint: "check address and port (31950)",
          });
        });
        return {
          robot,
          model: health.robot_model,
          serial: health.robot_serial ?? null,
          software: health.api_version,
          pollMs: config.pollMs,
          analysisMs: config.analysisMs,
          runs: new Map(),
        };
      },
      identify: ({ serial, software }) => ({ serial, firmware: software }),
      operations,
      halt: haltRuns,
    };
    return { ok: true, value: device as DeviceDefinition };
  },
});

function faultsOf({ faultAt }: Declaration<OpentronsDeclaration>, name: string, declared: DeclaredOperation): Fault[] {
  const faults: Fault[] = [];
  for (const [param, { type }] of Object.entries(declared.params)) {
    if (type !== "series") continue;
    const message = `${param} is a series, and a run-time parameter is one value`;
    faults.push(faultAt(["operations", name, "params", param], { code: "opentrons.series", message }));
  }
  for (const [value, { command, path, comment }] of Object.entries(declared.result)) {
    const isCommand = command !== undefined && path !== undefined && comment === undefined;
    const isComment = comment !== undefined && command === undefined && path === undefined;
    if (isCommand || isComment) continue;
    const message = `${value} needs one place: a command with a path into its result, or a comment`;
    faults.push(faultAt(["operations", name, "result", value], { code: "opentrons.noPlace", message }));
  }
  return faults;
}
