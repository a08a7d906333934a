import type { Fault } from "@labloop/contracts";
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument } from "yaml";
import { faultOf } from "../outcome.ts";
import { indexLines, type Place } from "./text-index.ts";
import type { SourceText } from "./source-text.ts";

/** Chosen: many times the largest real document, and read in a moment. */
const largestText = 256 * 1024;
const asTable = "put a long list into a CSV beside it, and write the name of that file in its place";
const deepest = 32;
const mostValues = 50_000;
/** Each alias is searched for through the whole document. */
const mostAliases = 100;
const mostFaults = 20;

/** A path of keys and indices from the root of a document. */
export type Path = readonly (string | number)[];

/** A YAML text as plain data, with the way back from each value to its place. */
export interface YamlTree {
  /** Undefined when the text is no single YAML document. */
  readonly data: unknown;
  readonly faults: readonly Fault[];
  /** Where a value stands, or the nearest value around it when there is none; `shift` counts characters into a text. */
  placeOf(path: Path, shift?: number): Place;
  /** Where a key stands. */
  placeOfKey(path: Path): Place;
}

/** Returns a YAML text as data; nothing in it makes this throw, and aliases cannot make it grow without bound. */
export function readYamlTree({ file, text }: SourceText): YamlTree {
  const lines = indexLines(text);
  const start = { data: undefined, placeOf: () => lines(0), placeOfKey: () => lines(0) };
  if (text.length > largestText) {
    const message = `a document has at most ${largestText / 1024} KiB`;
    return { ...start, faults: [{ ...faultOf("document.tooLarge", message, asTable), file, ...lines(0) }] };
  }
  const document = parse(text);
  if (document === undefined) {
    return { ...start, faults: [{ ...tooDeep, file, ...lines(0) }] };
  }
  const problems = [...document.errors, ...document.warnings].toSorted((a, b) => a.pos[0] - b.pos[0]);
  // Whatever the parser says of the lines below a slip, such as a wrong indentation, mostly follows from it.
  const problem = problems.find(({ message }) => overflow.test(message)) ?? problems[0];
  if (problem !== undefined) {
    const fault = syntaxFault(problem.code, problem.message);
    const hint =
      problems.length > 1 && fault !== tooDeep ? { hint: "what stands below is read once this is mended" } : {};
    return { ...start, faults: [{ ...fault, ...hint, file, ...lines(problem.pos[0]) }] };
  }
  const found: Finding[] = [];
  const data = toData(document, found);
  return {
    data,
    faults: found.slice(0, mostFaults).map(({ fault, at }) => ({ ...fault, file, ...lines(at) })),
    placeOf: (path, shift = 0) => lines(offsetOf(text, nodeAt(document, path), shift)),
    placeOfKey: (path) => lines(offsetOfKey(document, path)),
  };
}

function syntaxFault(code: string, message: string): Fault {
  if (overflow.test(message)) return tooDeep;
  return faultOf(
    "document.syntax",
    code === "MULTIPLE_DOCS" ? "a file holds one document, and here a second begins" : message,
  );
}

interface Finding {
  readonly fault: Fault;
  readonly at: number;
}

const tooDeep = faultOf("document.tooDeep", `a document nests at most ${deepest} deep`);
/** The parser composes nested collections by recursion: it reports an overflow of the stack in the engine's words, or throws. */
const overflow = /^(maximum call stack|too much recursion)/i;

function parse(text: string): Document.Parsed | undefined {
  try {
    return parseDocument(text, { prettyErrors: false, uniqueKeys: false, logLevel: "error" });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Walks the document into data; when a limit is met, what is left out is null. */
function toData(document: Document.Parsed, found: Finding[]): unknown {
  const left = { values: mostValues, aliases: mostAliases };
  const refuse = (fault: Fault, at: number) => {
    found.push({ fault, at });
    return null;
  };
  const visit = (node: Node | null, at: number, depth: number): unknown => {
    if (node === null || left.values < 0 || left.aliases < 0) return null;
    const here = offsetOfNode(node) ?? at;
    if (depth > deepest) {
      left.values = -1;
      return refuse(tooDeep, here);
    }
    if (isAlias(node)) {
      if (--left.aliases < 0)
        return refuse(faultOf("document.aliases", `its aliases lead more than ${mostAliases} times to a value`), here);
      const target = node.resolve(document);
      if (target === undefined)
        return refuse(faultOf("document.aliases", `there is no anchor '${node.source}' above`), here);
      return visit(target, here, depth + 1);
    }
    if (--left.values < 0)
      return refuse(faultOf("document.tooLarge", `a document has at most ${mostValues} values`, asTable), here);
    if (isScalar(node)) return node.value;
    if (isSeq(node)) return node.items.map((item) => visit(nodeOf(item), here, depth + 1));
    if (!isMap(node)) return null;
    const data: Record<string, unknown> = {};
    for (const pair of node.items) {
      const key = keyOf(pair);
      const keyAt = offsetOfNode(nodeOf(pair.key)) ?? here;
      if (key === undefined || key === "__proto__")
        refuse(faultOf("document.key", "a key must be a plain text"), keyAt);
      else if (Object.hasOwn(data, key))
        refuse(faultOf("document.keyRepeated", `the key '${key}' stands here twice`), keyAt);
      else data[key] = visit(nodeOf(pair.value), keyAt, depth + 1);
    }
    return data;
  };
  return visit(document.contents, 0, 0);
}

function nodeOf(value: unknown): Node | null {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value) ? value : null;
}

function keyOf(pair: Pair): string | undefined {
  if (!isScalar(pair.key)) return undefined;
  const { value, source } = pair.key;
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? (source ?? String(value)) : undefined;
}

/** The value at a path, or the last one found on the way to it. */
function nodeAt(document: Document.Parsed, path: Path): Node | null {
  let node: Node | null = document.contents;
  for (const step of path) {
    const next = childOf(resolved(document, node), step);
    if (next === null) break;
    node = next;
  }
  return node;
}

function childOf(node: Node | null, step: string | number): Node | null {
  if (isSeq(node)) return nodeOf(node.items[Number(step)]);
  const pair = pairOf(node, String(step));
  // A key without a value still has a place: its own.
  return pair === undefined
    ? null
    : offsetOfNode(nodeOf(pair.value)) === undefined
      ? nodeOf(pair.key)
      : nodeOf(pair.value);
}

function pairOf(node: Node | null, key: string): Pair | undefined {
  return isMap(node) ? node.items.find((pair) => keyOf(pair) === key) : undefined;
}

function resolved(document: Document.Parsed, node: Node | null): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}

function offsetOfKey(document: Document.Parsed, path: Path): number {
  const parent = nodeAt(document, path.slice(0, -1));
  const pair = pairOf(resolved(document, parent), String(path.at(-1)));
  return offsetOfNode(nodeOf(pair?.key)) ?? offsetOfNode(nodeAt(document, path)) ?? 0;
}

function offsetOfNode(node: Node | null): number | undefined {
  return node?.range?.[0];
}

/** Counts `shift` characters into a scalar, when its text stands in the file as it is read: on one line, unescaped. */
function offsetOf(text: string, node: Node | null, shift: number): number {
  const [start, end] = node?.range ?? [0, 0];
  if (shift === 0 && !isScalar(node)) return start;
  if (!isScalar(node) || typeof node.value !== "string") return start;
  const written = text.slice(start, end);
  if (written === node.value) return start + shift;
  if (written.slice(1, -1) === node.value && /^["']/.test(written)) return start + (shift === 0 ? 0 : shift + 1);
  return start;
}
