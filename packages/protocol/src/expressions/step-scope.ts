import type { Design, LabDescription, Outcome } from "@labloop/contracts";
import { refuse, succeed } from "../outcome.ts";
import { own } from "../own.ts";
import { suggestOrList } from "../suggest.ts";
import { mayHave } from "../unknown-in-lab.ts";
import { one, type Unit } from "../units/unit.ts";
import type { ExpressionType, ExpressionValue, NamedCall, Scope } from "./expression-value.ts";
import type { TableSearch } from "./search-tables.ts";

/** What an input of a protocol is: a number in a unit, or one of some names. */
export type InputKind = { readonly unit: Unit } | { readonly options: readonly string[] };

/** What the expressions of a step's parameters may name. */
export interface StepNames {
  readonly inputs: ReadonlyMap<string, InputKind>;
  readonly roles: readonly string[];
  readonly places: readonly string[];
  readonly tables: LabDescription["tables"];
  readonly unknown?: LabDescription["unknown"];
}

/** The code of what is no fault of an expression: the table that it names is there, and could not be read. */
export const tableNotRead = "lab.tableNotRead";

/** Returns how a step's expressions are typed: inputs, `device(role)`, `place(name)` and `lookup(table.column, …)`. */
export function stepTypes(names: StepNames): Scope<ExpressionType> {
  return {
    reference: (path) => {
      const input = inputOf(path, names);
      if (!input.ok) return input;
      return succeed("unit" in input.value ? { kind: "quantity", unit: input.value.unit } : { kind: "string" });
    },
    namedCalls: {
      ...roleCalls(names),
      lookup: (args) => {
        const found = lookupOf(args, names);
        if (!found.ok) return found;
        const { table, column, inputs, rows } = found.value;
        const textual = inputs.find(
          (name) => isNumber(names, name) && rows.some((row) => typeof row[name] !== "number"),
        );
        if (textual !== undefined) {
          return refuse("lab.columnType", `the column '${textual}' of the table '${table}' holds texts, not numbers`);
        }
        const numeric = inputs.find(
          (name) => !isNumber(names, name) && rows.some((row) => typeof row[name] === "number"),
        );
        if (numeric !== undefined) {
          return refuse("lab.columnType", `the column '${numeric}' of the table '${table}' holds numbers, not names`);
        }
        return succeed(
          rows.every((row) => typeof row[column] === "number") ? { kind: "quantity", unit: one } : { kind: "string" },
        );
      },
    },
  };
}

/** Returns how a step's expressions are valued for one point of the search space. */
export function stepValues(names: StepNames, point: Design, search: TableSearch): Scope<ExpressionValue> {
  return {
    reference: (path) => {
      const input = inputOf(path, names);
      const value = own(point, path[0] ?? "");
      if (!input.ok) return input;
      if (value === undefined) return refuse("plan.parameterMissing", `the point has no '${path[0]}'`);
      if ("unit" in input.value && typeof value === "number") {
        return succeed({ kind: "quantity", unit: input.value.unit, value });
      }
      if ("options" in input.value && typeof value === "string") return succeed({ kind: "string", value });
      const wanted = "unit" in input.value ? "a number" : "a name";
      return refuse("plan.parameterType", `'${path[0]}' is ${JSON.stringify(value)}, not ${wanted}`);
    },
    namedCalls: {
      ...roleCalls(names),
      lookup: (args) => {
        const found = lookupOf(args, names);
        if (!found.ok) return found;
        const { table, column, inputs } = found.value;
        const values = inputs.map((input) => own(point, input) ?? Number.NaN);
        const rows = search.rowsWith(table, inputs, values);
        const [row] = rows;
        const sought = inputs.map((input, i) => `${input} = ${values[i]}`).join(", ");
        if (row === undefined) return refuse("lab.rowMissing", `the table '${table}' has no row with ${sought}`);
        if (rows.length > 1)
          return refuse("lab.rowRepeated", `the table '${table}' has ${rows.length} rows with ${sought}`);
        const cell = own(row, column);
        if (cell === undefined)
          return refuse("lab.rowMissing", `the table '${table}' has no '${column}' for ${sought}`);
        return succeed(
          typeof cell === "number" ? { kind: "quantity", unit: one, value: cell } : { kind: "string", value: cell },
        );
      },
    },
  };
}

function isNumber({ inputs }: StepNames, name: string): boolean {
  const input = inputs.get(name);
  return input === undefined || "unit" in input;
}

function inputOf(path: readonly string[], { inputs }: StepNames): Outcome<InputKind> {
  const name = path.join(".");
  if (path.length > 1) {
    return refuse(
      "expression.resultInStep",
      `'${name}' cannot stand here: a step's parameters are settled before its run starts`,
      "use the protocol's inputs",
    );
  }
  const input = inputs.get(name);
  if (input !== undefined) return succeed(input);
  return refuse("expression.unknownName", `there is no input '${name}'`, suggestOrList(name, inputs.keys(), "inputs"));
}

type RoleOrPlace = Extract<ExpressionType, { kind: "device" | "place" }>;

function roleCalls({ roles, places, unknown }: StepNames): Record<"device" | "place", NamedCall<RoleOrPlace>> {
  return {
    device: (args) => {
      const role = onlyName(args, "device(role)");
      if (!role.ok) return role;
      if (roles.includes(role.value)) return succeed({ kind: "device", role: role.value });
      return refuse(
        "protocol.roleUnknown",
        `there is no role '${role.value}'`,
        suggestOrList(role.value, roles, "roles"),
      );
    },
    place: (args) => {
      const place = onlyName(args, "place(name)");
      if (!place.ok) return place;
      if (places.includes(place.value) || mayHave({ unknown }, "places", place.value))
        return succeed({ kind: "place", place: place.value });
      const hint = suggestOrList(place.value, places, "places");
      return refuse("lab.placeUnknown", `this lab has no place '${place.value}'`, hint);
    },
  };
}

function onlyName(args: readonly (readonly string[])[], signature: string): Outcome<string> {
  const [name, ...more] = args;
  if (name === undefined || more.length > 0) return refuse("expression.arguments", `${signature} takes one name`);
  return succeed(name.join("."));
}

/** A call of `lookup`, with its names found. */
export interface Lookup {
  readonly table: string;
  readonly column: string;
  readonly inputs: readonly string[];
  readonly rows: LabDescription["tables"][string]["rows"];
}

/** Returns what a `lookup(table.column, input, …)` names; the inputs name columns of the same table. */
export function lookupOf(
  args: readonly (readonly string[])[],
  { tables, inputs, unknown }: StepNames,
): Outcome<Lookup> {
  const [target, ...sought] = args;
  const [table, column, ...more] = target ?? [];
  if (table === undefined || column === undefined || more.length > 0 || sought.length === 0) {
    return refuse("expression.arguments", "lookup(table.column, input, …) takes a column and at least one input");
  }
  const found = own(tables, table);
  if (found === undefined && mayHave({ unknown }, "tables", table)) {
    return refuse(tableNotRead, `the table '${table}' could not be read`);
  }
  if (found === undefined) {
    const hint = suggestOrList(table, Object.keys(tables), "tables");
    return refuse("lab.tableUnknown", `this lab has no table '${table}'`, hint);
  }
  const names = sought.map((name) => name.join("."));
  const strange = names.find((name) => !inputs.has(name));
  if (strange !== undefined) {
    const hint = suggestOrList(strange, inputs.keys(), "inputs");
    return refuse("expression.unknownName", `there is no input '${strange}'`, hint);
  }
  const absent = [column, ...names].find((name) => !found.columns.includes(name));
  if (absent !== undefined) {
    const hint = suggestOrList(absent, found.columns, "columns");
    return refuse("lab.columnUnknown", `the table '${table}' has no column '${absent}'`, hint);
  }
  return succeed({ table, column, inputs: names, rows: found.rows });
}
