import { LabError, type Value, type Values } from "@labloop/contracts";
import type { DeclaredOperation, ReadValue } from "./declaration.ts";
import type { Robot } from "./robot.ts";
import { type Command, CommandBody, CommandsBody, parametersOf, type Run } from "./wire.ts";

/** How many commands are asked for at a time; chosen. */
const pageLength = 200;

/** Returns every command of a run, in order, without results: the list does not carry them. */
async function commandsOf(robot: Robot, runId: string): Promise<Command[]> {
  const commands: Command[] = [];
  for (;;) {
    const page = await robot.get(
      `/runs/${runId}/commands?cursor=${commands.length}&pageLength=${pageLength}`,
      CommandsBody,
    );
    commands.push(...page.data);
    if (page.data.length === 0 || commands.length >= page.meta.totalLength) return commands;
  }
}

/** Returns the values that a run has, as declared; rejects with `opentrons.noValue` when one is not there. */
export async function readResults(robot: Robot, runId: string, declared: DeclaredOperation["result"]): Promise<Values> {
  const entries = Object.entries(declared);
  if (entries.length === 0) return {};
  const commands = await commandsOf(robot, runId);
  const values: Record<string, Value> = {};
  for (const [name, value] of entries) {
    const found =
      value.comment === undefined
        ? await fromResults(robot, runId, value, commands)
        : fromComments(value.comment, commands);
    values[name] = valueOf(name, value, found);
  }
  return values;
}

/** Returns the parameters as the run had them, in the units announced. */
export function executedOf(run: Run, declared: DeclaredOperation["params"]): Values {
  const executed: Record<string, Value> = {};
  for (const [name, value] of Object.entries(parametersOf(run))) {
    const spec = declared[name];
    if (spec === undefined) continue;
    executed[name] = spec.type === "quantity" && typeof value === "number" ? { value, unit: spec.unit } : value;
  }
  return executed;
}

async function fromResults(
  robot: Robot,
  runId: string,
  value: ReadValue,
  commands: readonly Command[],
): Promise<unknown[]> {
  const fitting = commands.filter(({ commandType, status }) => commandType === value.command && status === "succeeded");
  const wanted = value.type === "series" ? fitting : fitting.slice(value.which === "first" ? 0 : -1).slice(0, 1);
  const found: unknown[] = [];
  for (const { id } of wanted) {
    const { data } = await robot.get(`/runs/${runId}/commands/${id}`, CommandBody);
    found.push(at(data.result, value.path ?? ""));
  }
  return found;
}

function fromComments(label: string, commands: readonly Command[]): string[] {
  return commands.flatMap(({ commandType, params }) => {
    const message = commandType === "comment" ? params["message"] : undefined;
    return typeof message === "string" && message.startsWith(`${label}:`)
      ? [message.slice(label.length + 1).trim()]
      : [];
  });
}

function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, step) => {
    return typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[step] : undefined;
  }, value);
}

function valueOf(name: string, spec: ReadValue, found: readonly unknown[]): Value {
  const number = (value: unknown): number => {
    const read = typeof value === "string" && value !== "" ? Number(value) : value;
    if (typeof read !== "number" || !Number.isFinite(read)) throw missing(name, spec);
    return read;
  };
  if (spec.type === "series") return { values: found.map(number), unit: spec.unit };
  const one = spec.which === "first" ? found[0] : found.at(-1);
  switch (spec.type) {
    case "quantity":
      return { value: number(one), unit: spec.unit };
    case "integer":
      return number(one);
    case "boolean":
      return one === true || one === "true";
    default:
      if (typeof one !== "string") throw missing(name, spec);
      return one;
  }
}

function missing(name: string, { command, path, comment }: ReadValue): LabError {
  const where = comment === undefined ? `${path} in a result of ${command}` : `comment "${comment}: ..."`;
  return new LabError("opentrons.noValue", `the run has no ${name}: there is no ${where}`);
}
