import { type OperationCaps, photoLimit, type ValueSpec, type ValueSpecs } from "@labloop/contracts";
import type { DeviceSheet, JsonSchema } from "./device-sheet.ts";

const afterDoubt = {
  idempotent: "doing it twice changes nothing: it is tried again by policy",
  "retry-safe": "it may be done again, but not without end: it is tried again by policy",
  "non-repeatable": "never done again without decisive evidence or a person's word",
} as const;

/** Returns the documentation page of a kind of device. */
export function deviceMarkdown(sheet: DeviceSheet): string {
  const { caps, title, provenance, docs, config, descriptions, faults } = sheet;
  const unmet = provenance?.metHardware === false ? ["> **This driver has never met the instrument.**"] : [];
  const operations = Object.entries(caps.operations).flatMap(([name, operation]) =>
    operationLines(name, operation, descriptions[name]),
  );
  return page([
    `# ${title.en}`,
    `Driver \`${caps.kind}\` ${caps.driverVersion}, for the role \`${caps.capability}\`.`,
    ...unmet,
    ...(docs === null ? [] : [docs.trim()]),
    ...(provenance === null ? [] : [`Written from: ${provenance.manual}.`]),
    ...operations,
    ...telemetryLines(caps.telemetry ?? {}),
    ...calibrationLines(caps.calibration),
    ...(faults.length === 0
      ? []
      : [
          "## Known faults",
          table(
            ["code", "what happened", "what mends it", "matter moved"],
            faults.map(({ code, message, hint = "–", physical }) => [`\`${code}\``, message, hint, physical]),
          ),
        ]),
    ...configLines(config),
  ]);
}

function operationLines(name: string, operation: OperationCaps, description: string | undefined): string[] {
  const { title, version, params, result, retryClass, duration } = operation;
  const can = [...(operation.stoppable ? ["stopped"] : []), ...(operation.pausable === true ? ["paused"] : [])];
  return [
    `## ${name}`,
    `${title} (version ${version}).${description === undefined ? "" : ` ${description}`}`,
    `- ${retryClass}: ${afterDoubt[retryClass]}\n` +
      `- takes about ${seconds(duration.typicalMs)}, at most ${seconds(duration.maxMs)}${formulaOf(duration)}\n` +
      `- while it runs it can be ${can.length === 0 ? "neither stopped nor paused" : can.join(" and ")}`,
    ...valueLines("Takes", params),
    ...valueLines("Returns", result),
  ];
}

function valueLines(head: string, specs: ValueSpecs): string[] {
  const rows = Object.entries(specs).map(([name, spec]) => [
    `\`${name}\``,
    kindOf(spec),
    limitsOf(spec),
    spec.description ?? "–",
  ]);
  return rows.length === 0 ? [`${head} nothing.`] : [`${head}:`, table(["name", "kind", "limits", "meaning"], rows)];
}

function kindOf(spec: ValueSpec): string {
  if (spec.type === "quantity") return spec.unit;
  if (spec.type === "series") return `series in ${spec.unit}`;
  if (spec.type === "string")
    return spec.enum === undefined ? "text" : spec.enum.map((word) => `\`${word}\``).join(", ");
  if (spec.type === "photo") return "photo";
  return spec.type === "integer" ? "integer" : "true or false";
}

function limitsOf(spec: ValueSpec): string {
  if (spec.type === "string" && spec.example !== undefined) return `such as \`${spec.example}\``;
  if (spec.type === "string") return spec.pattern === undefined ? "–" : `\`${spec.pattern}\``;
  if (spec.type === "photo") return `at most ${photoLimit(spec) / 1e6} MB`;
  if (spec.type !== "quantity" && spec.type !== "integer") return "–";
  const { minimum, maximum } = spec;
  if (minimum === undefined) return maximum === undefined ? "–" : `at most ${maximum}`;
  return maximum === undefined ? `at least ${minimum}` : `${minimum} to ${maximum}`;
}

function telemetryLines(channels: NonNullable<DeviceSheet["caps"]["telemetry"]>): string[] {
  const rows = Object.entries(channels).map(([name, { unit, description = "–" }]) => [
    `\`${name}\``,
    unit,
    description,
  ]);
  return rows.length === 0 ? [] : ["## Telemetry", table(["channel", "unit", "meaning"], rows)];
}

function calibrationLines(need: DeviceSheet["caps"]["calibration"]): string[] {
  if (need === undefined) return [];
  const { values, everyDays, method, reference, renew } = need;
  const what = values.map((name) => `\`${name}\``).join(", ");
  const against = reference === undefined ? "" : ` Its reference is ${reference}.`;
  const itself = renew === undefined ? "" : ` The device does it by \`${renew.operation}\`.`;
  return ["## Calibration", `${what}: every ${everyDays} days, by ${method}.${against}${itself}`];
}

function configLines(config: JsonSchema | null): string[] {
  const properties = Object.entries((config?.["properties"] ?? {}) as Readonly<Record<string, JsonSchema>>);
  if (properties.length === 0) return [];
  const required = (config?.["required"] ?? []) as readonly string[];
  const rows = properties.map(([name, schema]) => {
    const fallback = schema["default"];
    const isNeeded = required.includes(name) ? "needed" : "–";
    return [
      `\`${name}\``,
      typeof schema["type"] === "string" ? schema["type"] : "see the schema",
      fallback === undefined ? isNeeded : `\`${JSON.stringify(fallback)}\``,
      typeof schema["description"] === "string" ? schema["description"] : "–",
    ];
  });
  return ["## Configuration", table(["key", "kind", "default", "meaning"], rows)];
}

function seconds(ms: number): string {
  return ms < 60_000 ? `${ms / 1_000} s` : `${Number((ms / 60_000).toFixed(1))} min`;
}

/** As in `; by its parameters 2 s + 120 s * travel / speed`. */
function formulaOf({ byParams }: OperationCaps["duration"]): string {
  if (byParams === undefined) return "";
  const terms = byParams.terms.map(({ ms, of = [], per = [] }) =>
    [`${ms / 1_000} s`, ...of.map((name) => `* ${name}`), ...per.map((name) => `/ ${name}`)].join(" "),
  );
  return `; by its parameters ${[...(byParams.baseMs === 0 ? [] : [seconds(byParams.baseMs)]), ...terms].join(" + ")}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replace(/\|/g, "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function page(blocks: readonly string[]): string {
  return `${blocks.join("\n\n")}\n`;
}
