import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import type { Fault } from "@labloop/contracts";
import {
  type Declaration,
  type DeviceDefinition,
  defineFamily,
  type DeviceFamily,
  type Operation,
} from "@labloop/driver";
import { type DeclaredOperation, FileDropDeclaration } from "./declaration.ts";
import { Config, createExchange, type Exchange } from "./exchange.ts";
import { diskFiles, type Files } from "./files.ts";
import { operationOf } from "./operation.ts";
import type { FileParser } from "./parser.ts";
import { parserOf } from "./read-values.ts";
import { withdrawRequest } from "./request.ts";
import { holesOf, ownHoles } from "./template.ts";

/** Returns the family over the given way to folders; faults of a declaration that its schema does not see are told at once. */
export function fileDropFamily(files: Files): DeviceFamily<FileDropDeclaration> {
  return defineFamily({
    family: "file-drop",
    declaration: FileDropDeclaration,
    check: (declaration) =>
      Object.entries(declaration.document.operations).flatMap(([name, declared]) =>
        faultsOf(declaration, name, declared, declaration.isWhole),
      ),
    define(declaration) {
      const { document, file } = declaration;
      const base = dirname(resolve(file));
      const faults: Fault[] = [];
      const operations: Record<string, Operation<Exchange>> = {};
      for (const [name, declared] of Object.entries(document.operations)) {
        const parser = readerOf(declared, base);
        faults.push(...faultsOf(declaration, name, declared, () => true));
        if ("fault" in parser) faults.push(declaration.faultAt(["operations", name, "result", "parser"], parser.fault));
        else operations[name] = operationOf(declared, parser.parse);
      }
      if (faults.length > 0) return { ok: false, faults };
      const device: DeviceDefinition<Config, Exchange> = {
        kind: document.kind,
        driverVersion: document.version,
        capability: document.capability,
        title: { en: document.title.en, ja: document.title.ja ?? document.title.en },
        provenance: document.provenance,
        config: Config,
        link: "own",
        async connect(_stream, config, context) {
          const exchange = createExchange(files, config, base, document, context);
          const used = Object.values(document.operations).flatMap(({ request, result }) => [
            request?.folder,
            result.folder,
          ]);
          for (const name of new Set(used))
            if (name !== undefined) await exchange.files.mustHave(exchange.folder(name));
          return exchange;
        },
        identify: () => ({ serial: null, firmware: null }),
        operations,
        // What was not taken yet is taken back; what was, nobody here can cut.
        async halt(exchange) {
          for (const asked of exchange.asked.values()) {
            for (const { request } of Object.values(document.operations)) {
              if (request?.taken === "removes")
                await exchange.inTurn(() => withdrawRequest(exchange, request.folder, asked));
            }
          }
        },
      };
      return { ok: true, value: device as DeviceDefinition };
    },
  });
}

/** Instruments whose computers only read and write files, each declared in YAML. */
export default fileDropFamily(diskFiles);

function readerOf(
  { result }: DeclaredOperation,
  base: string,
): { readonly parse: FileParser } | { readonly fault: Fault } {
  if (result.parser === undefined) return { parse: parserOf(result) };
  try {
    const module = createRequire(resolve(base, "declaration"))(resolve(base, result.parser)) as { default?: unknown };
    if (typeof module.default === "function") return { parse: module.default as FileParser };
    const message = `"${result.parser}" has no function as its default export`;
    const hint = "a parser ends with `export default function (file) { return { ... } }`";
    return { fault: { code: "fileDrop.notAParser", message, hint } };
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    return { fault: { code: "fileDrop.parserNotLoaded", message: `"${result.parser}" could not be loaded: ${why}` } };
  }
}

function faultsOf(
  { faultAt }: Declaration<FileDropDeclaration>,
  name: string,
  declared: DeclaredOperation,
  isWhole: (path: readonly string[]) => boolean,
): Fault[] {
  const { params, request, result } = declared;
  const known = new Set([...ownHoles, ...Object.keys(params)]);
  const faults: Fault[] = [];
  const check = (at: readonly string[], template: string | undefined) => {
    for (const hole of holesOf(template ?? "")) {
      if (known.has(hole) || !isWhole(["operations", name, "params", hole])) continue;
      const message = `{${hole}} is no parameter of ${name}`;
      const hint = `what can stand in braces: ${[...known].join(", ")}`;
      faults.push(faultAt(["operations", name, ...at], { code: "fileDrop.unknownHole", message, hint }));
    }
  };
  check(["request", "file"], request?.file);
  check(["request", "text"], request?.text);
  check(["request", "sentinel"], request?.sentinel);
  check(["result", "file"], result.file);
  check(["result", "sentinel"], result.sentinel);
  for (const [column, template] of Object.entries(result.match)) check(["result", "match", column], template);
  for (const [value, { column, label, type }] of Object.entries(result.values)) {
    const places = [column, label].filter((place) => place !== undefined).length;
    const at = ["operations", name, "result", "values", value];
    if (!isWhole(at)) continue;
    if (result.parser === undefined && (places !== 1 || (type === "series" && label !== undefined))) {
      const message = `${value} needs one place in the file: a column, or (but for a series) a label`;
      faults.push(faultAt(at, { code: "fileDrop.noPlace", message }));
    }
    if (result.parser !== undefined && places > 0) {
      const message = `${value} is read by ${result.parser}, and has a column or label all the same`;
      faults.push(faultAt(at, { code: "fileDrop.twoPlaces", message }));
    }
  }
  return faults;
}
