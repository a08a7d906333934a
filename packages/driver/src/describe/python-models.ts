import { photoLimit, photoMedia, type ValueSpec, type ValueSpecs } from "@labloop/contracts";
import type { DeviceSheet } from "./device-sheet.ts";

/** Words that cannot name a field in Python, and names that pydantic keeps for itself. */
const taken = new Set(
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield copy json dict schema validate construct".split(
    " ",
  ),
);

/**
 * Returns a Python module with the parameters and results of a kind of device as pydantic 2 models, which needs nothing
 * but pydantic. `OPERATIONS` maps each operation to its two models; `model_dump(by_alias=True)` is what travels.
 */
export function pythonModels({ caps, title, descriptions }: DeviceSheet): string {
  const operations = Object.entries(caps.operations);
  const classes = operations.flatMap(([name, { title: act, params, result }]) => [
    ...modelOf(`${pascal(name)}Params`, `${descriptions[name] ?? act}: what it takes.`, params),
    ...modelOf(`${pascal(name)}Result`, `${act}: what it returns.`, result),
  ]);
  const table = operations.map(([name]) => `    ${quoted(name)}: (${pascal(name)}Params, ${pascal(name)}Result),`);
  const retry = operations.map(([name, { retryClass }]) => `    ${quoted(name)}: ${quoted(retryClass)},`);
  return [
    `"""${docstring(title.en)}: what its operations take and return.`,
    "",
    `From the driver ${caps.kind} ${caps.driverVersion}, by \`labloop schema\`. Written anew each time: do not edit.`,
    '"""',
    "",
    "from typing import Annotated, Literal",
    "",
    "from pydantic import BaseModel, ConfigDict, Field",
    "",
    `KIND = ${quoted(caps.kind)}`,
    `CAPABILITY = ${quoted(caps.capability)}`,
    `DRIVER_VERSION = ${quoted(caps.driverVersion)}`,
    "",
    "",
    "class Values(BaseModel):",
    '    """Named values: every one is needed, and no other known."""',
    "",
    '    model_config = ConfigDict(extra="forbid", strict=True, validate_by_name=True, validate_by_alias=True)',
    ...classes,
    "",
    "",
    "OPERATIONS: dict[str, tuple[type[Values], type[Values]]] = {",
    ...table,
    "}",
    "",
    "RETRY_CLASSES: dict[str, str] = {",
    ...retry,
    "}",
    "",
  ].join("\n");
}

/** The lines of one model, after those of its quantities. */
function modelOf(name: string, doc: string, specs: ValueSpecs): string[] {
  const entries = Object.entries(specs);
  const parts = entries.flatMap(([value, spec]) => partOf(`${name}${pascal(value)}`, spec));
  const fields = entries.map(([value, spec]) => {
    const field = fieldName(value);
    const options = [
      ...(field === value ? [] : [`alias=${quoted(value)}`]),
      ...(spec.description === undefined ? [] : [`description=${quoted(spec.description)}`]),
    ];
    const type = typeOf(`${name}${pascal(value)}`, spec);
    return `    ${field}: ${options.length === 0 ? type : `Annotated[${type}, Field(${options.join(", ")})]`}`;
  });
  return [
    ...parts,
    "",
    "",
    `class ${name}(Values):`,
    `    """${docstring(doc)}"""`,
    ...(fields.length > 0 ? ["", ...fields] : []),
  ];
}

/** A quantity or a series has a class of its own: its unit and its bounds are its type. */
function partOf(name: string, spec: ValueSpec): string[] {
  if (spec.type === "photo") {
    const size = `    size: Annotated[int, Field(ge=1, le=${photoLimit(spec)})]`;
    return [
      "",
      "",
      `class ${name}(Values):`,
      '    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]',
      size,
      `    media: Literal[${photoMedia.map(quoted).join(", ")}]`,
    ];
  }
  if (spec.type !== "quantity" && spec.type !== "series") return [];
  const finite = "allow_inf_nan=False";
  const field =
    spec.type === "quantity"
      ? `    value: Annotated[float, Field(${[...boundsOf(spec), finite].join(", ")})]`
      : `    values: list[Annotated[float, Field(${finite})]]`;
  return ["", "", `class ${name}(Values):`, field, `    unit: Literal[${quoted(spec.unit)}] = ${quoted(spec.unit)}`];
}

function typeOf(name: string, spec: ValueSpec): string {
  switch (spec.type) {
    case "quantity":
    case "series":
    case "photo":
      return name;
    case "integer":
      return constrained("int", boundsOf(spec));
    case "boolean":
      return "bool";
    case "string":
      if (spec.enum !== undefined && spec.enum.length > 0) return `Literal[${spec.enum.map(quoted).join(", ")}]`;
      return constrained("str", spec.pattern === undefined ? [] : [`pattern=${quoted(spec.pattern)}`]);
  }
}

function constrained(type: string, options: readonly string[]): string {
  return options.length === 0 ? type : `Annotated[${type}, Field(${options.join(", ")})]`;
}

function boundsOf({ minimum, maximum }: { minimum?: number | undefined; maximum?: number | undefined }): string[] {
  return [...(minimum === undefined ? [] : [`ge=${minimum}`]), ...(maximum === undefined ? [] : [`le=${maximum}`])];
}

function fieldName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?=\d)/, "n");
  return taken.has(plain) || plain.startsWith("_") || plain.startsWith("model_")
    ? `${plain.replace(/^_+/, "")}_`
    : plain;
}

function pascal(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join("");
}

/** A Python text: JSON's escapes are Python's. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function docstring(text: string): string {
  return text.replace(/\\/g, "\\\\").replace(/"/g, '\\"');
}
