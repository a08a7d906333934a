import { Actor, type Fault, Name, OperatorCommand, type Outcome } from "@labloop/contracts";
import * as z from "zod";

const personName = z.string().trim().min(1).max(80);

/** What a page or script sends: a command without `by`, and, if it likes, who asks and who confirms it. */
const Asked = z.looseObject({
  name: personName.default("dashboard"),
  confirmedBy: personName.optional(),
  by: z.undefined({ error: "leave it out: who asks is said under the key 'name'" }).optional(),
});

/** What is asked of whoever hosts a device's driver, and not of the engine. */
const DriverCommand = z.strictObject({ type: z.literal("device.reload"), device: Name, by: Actor });
type DriverCommand = z.infer<typeof DriverCommand>;

/** Returns the command of a request's body as an operator's, or every reason why it is none. */
export function readCommand(body: unknown): Outcome<OperatorCommand | DriverCommand> {
  const asked = Asked.safeParse(body);
  if (!asked.success) return { ok: false, faults: faultsOf(asked.error) };
  const { name, by: _, confirmedBy, ...rest } = asked.data;
  // What a person vouches for is worth what the person behind it is: nobody is made up for it.
  if (wantsPerson.has(rest["type"]) && !isNamed(body)) {
    const message = rest["type"] === "estop.clear" ? "name: say who clears it" : "name: say who answers";
    return { ok: false, faults: [{ code: "gateway.badCommand", message, path: "name" }] };
  }
  const second = confirmedBy === undefined ? {} : { confirmedBy: { kind: "operator", name: confirmedBy } };
  const schema = rest["type"] === "device.reload" ? DriverCommand : OperatorCommand;
  const command = schema.safeParse({ ...rest, ...second, by: { kind: "operator", name } });
  return command.success ? { ok: true, value: command.data } : { ok: false, faults: faultsOf(command.error) };
}

/** Asked of what is no text as well: to make a text of it could overflow the stack. */
const wantsPerson: ReadonlySet<unknown> = new Set<OperatorCommand["type"]>([
  "estop.clear",
  "doubt.resolve",
  "doubt.probe",
  "device.release",
  "device.calibrated",
  "device.maintained",
  "step.answer",
  "restore.confirm",
]);

function isNamed(body: unknown): boolean {
  return typeof body === "object" && body !== null && "name" in body && body.name !== undefined;
}

function faultsOf(error: z.ZodError): Fault[] {
  return error.issues.map((issue) => {
    const path = issue.path.join(".");
    const message = path === "" ? `the command is not understood: ${issue.message}` : `${path}: ${issue.message}`;
    return { code: "gateway.badCommand", message, path };
  });
}
