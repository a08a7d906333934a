import { type Fault, OperatorCommand, type Outcome } from "@labloop/contracts";
import * as z from "zod";

/** What a page or script sends: a command without `by`, and, if it likes, who asks. */
const Asked = z.looseObject({
  name: z.string().trim().min(1).max(80).default("dashboard"),
  by: z.undefined({ error: "who asks is said by name alone" }).optional(),
});

/** Returns the command of a request's body as an operator's, or every reason why it is none. */
export function readCommand(body: unknown): Outcome<OperatorCommand> {
  const asked = Asked.safeParse(body);
  if (!asked.success) return { ok: false, faults: faultsOf(asked.error) };
  const { name, by: _, ...rest } = asked.data;
  const command = OperatorCommand.safeParse({ ...rest, by: { kind: "operator", name } });
  return command.success ? { ok: true, value: command.data } : { ok: false, faults: faultsOf(command.error) };
}

function faultsOf(error: z.ZodError): Fault[] {
  return error.issues.map((issue) => {
    const path = issue.path.join(".");
    const message = path === "" ? `the command is not understood: ${issue.message}` : `${path}: ${issue.message}`;
    return { code: "gateway.badCommand", message, path };
  });
}
