import * as z from "zod";
import type { DashboardSession } from "./session.ts";

const ProgramFile = z.string().regex(/^[^\s][^\r\n]*\.urp$/, "name a program file that ends in .urp");

/** What the lab file says of one arm. */
export const DashboardConfig = z.strictObject({
  programs: z
    .record(z.string().regex(/^[^>]+>[^>]+$/, 'write "from>to"'), ProgramFile)
    .describe('`"from>to"` to the program that carries one part there'),
  senses: z
    .record(z.string(), ProgramFile)
    .default({})
    .describe("A place with a part-present switch to the program that reads it, see README.md"),
  pollS: z
    .number()
    .positive()
    .default(1)
    .describe("How often the state of a running program is asked for, in seconds of lab time"),
  senseMaxS: z.number().positive().default(30).describe("How long a sensing program may run, in seconds of lab time"),
  answerTimeoutS: z
    .number()
    .positive()
    .default(30)
    .describe("How long an answer may take, in real seconds; loading a program with its installation is the slowest"),
  serial: z.string().optional().describe("Serial number of the robot meant here: another one on the line is refused"),
});
export type DashboardConfig = z.infer<typeof DashboardConfig>;

/** A session with what the lab file says of its arm. */
export interface Arm {
  readonly session: DashboardSession;
  readonly config: DashboardConfig;
}
