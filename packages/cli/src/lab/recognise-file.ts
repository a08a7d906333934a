import {
  CampaignDocument,
  type Fault,
  LabDocument,
  type Outcome,
  PoolDocument,
  ProtocolDocument,
  Study,
} from "@labloop/contracts";
import { familyHead } from "@labloop/driver";
import type { SourceText } from "@labloop/protocol";
import { readDocument } from "@labloop/protocol/read-document";
import * as z from "zod";

/** What a file of a lab is. A `module` is a driver or a world in TypeScript; `announced`, what a driver elsewhere announces. */
export type FileKind = "campaign" | "protocol" | "lab" | "pool" | "study" | "declaration" | "announced" | "module";

/** The keys that only files of a kind have at the top together, and all of its keys, which tell one that lacks those. */
const kinds: readonly {
  readonly kind: FileKind;
  readonly name: string;
  readonly by: readonly string[];
  readonly keys: string[];
}[] = [
  { kind: "declaration", name: "the declaration of a device", by: ["driver"], keys: declarationKeys() },
  { kind: "lab", name: "a lab", by: ["devices"], keys: keysOf(LabDocument) },
  { kind: "campaign", name: "a campaign", by: ["campaign"], keys: keysOf(CampaignDocument) },
  { kind: "protocol", name: "a protocol", by: ["steps"], keys: keysOf(ProtocolDocument) },
  { kind: "pool", name: "a pool", by: ["pool"], keys: keysOf(PoolDocument) },
  { kind: "study", name: "a study", by: ["parameters", "objectives"], keys: keysOf(Study) },
];

/**
 * Returns what a file is, by its name or its keys: those that only its kind has, or else most of those that are known. One
 * that is nothing of a lab, or no YAML, is refused with what it could be.
 */
export function recogniseFile(source: SourceText): Outcome<FileKind> {
  const { file } = source;
  if (/\.(?:[cm]?[jt]s|py)$/.test(file)) return { ok: true, value: "module" };
  if (file.endsWith(".caps.json")) return { ok: true, value: "announced" };
  const { value, faults } = readDocument(source, z.unknown());
  if (value === null && faults.length > 0) return { ok: false, faults: [...faults] };
  const keys = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  const ranked = kinds
    .map((kind) => ({
      ...kind,
      known: kind.keys.filter((key) => keys.includes(key)),
      isNamed: kind.by.every((key) => keys.includes(key)),
    }))
    .map((kind) => ({ ...kind, score: kind.known.length + (kind.isNamed ? keys.length : 0) }))
    .toSorted((a, b) => b.score - a.score);
  const [first, second] = ranked;
  const isPlain = first !== undefined && first.score > (second?.score ?? 0);
  if (isPlain && (first.isNamed || first.known.length >= 2)) return { ok: true, value: first.kind };
  return {
    ok: false,
    faults: [{ ...unknownFile(ranked.filter(({ known }) => known.length > 0)), file, line: 1, column: 1 }],
  };
}

function unknownFile(like: readonly { readonly name: string; readonly known: readonly string[] }[]): Fault {
  const nearest = like
    .slice(0, 2)
    .map(({ name, known }) => `${name} has ${known.join(", ")} too`)
    .join("; ");
  const message = `this is no file that labloop knows${nearest === "" ? "" : `: ${nearest}`}`;
  const hint = `what tells them: ${kinds.map(({ name, by }) => `${name} has ${by.map((key) => `${key}:`).join(" and ")}`).join(", ")}`;
  return { code: "check.unknownFile", message, hint };
}

/** Those that stand in every kind of file tell nothing. */
function keysOf(schema: { readonly shape: object }): string[] {
  return Object.keys(schema.shape).filter((key) => key !== "schemaVersion" && key !== "title");
}

function declarationKeys(): string[] {
  return ["driver", "operations", "version", "provenance", ...Object.keys(familyHead)].filter((key) => key !== "title");
}
