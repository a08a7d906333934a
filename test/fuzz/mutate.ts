import * as fc from "fast-check";

/** What a hostile sender does to a message that was well made. */
const structured = [
  "drop",
  "retype",
  "out of range",
  "raw",
  "deep",
  "huge",
  "wide",
  "prototype key",
  "lone surrogate",
  "duplicate key",
  "swap",
] as const;

interface Mutation {
  readonly kind: (typeof structured)[number];
  readonly at: number;
  readonly pick: number;
}

const otherTypes = [null, true, 0, -1, "", "text", [], {}, [[]], { a: 1 }, [null, {}]];
const farNumbers = [-1, 0, 0.5, -0.5, 2 ** 32, 2 ** 53, -(2 ** 53), 1e308, -1e308, 5e-324];
/** What JSON.stringify never writes. */
const rawTexts = ["1e400", "-1e400", "-0", "NaN", "01", "9007199254740993", "undefined", "'x'", "[1,]", "", "/**/1"];
const depths = [70, 2_000, 30_000];
const lengths = [2_000, 70_000, 300_000];
const prototypeKeys = ["__proto__", "constructor", "toString", "hasOwnProperty", "then", "valueOf"];
const halves = ["\ud800", "\udfff", "a\ud83d", "\udc00\ud800"];

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom(...structured),
  at: fc.nat(100_000),
  pick: fc.nat(1_000),
});

/** Returns the JSON texts, or what looks like them, that one to three mutations make of values. */
export function mutatedText(value: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return fc
    .tuple(value, fc.array(mutation, { minLength: 1, maxLength: 3 }))
    .map(([whole, list]) => mutate(whole, list));
}

/** Returns the bytes that edits of the text's bytes make of values. */
export function mutatedBytes(value: fc.Arbitrary<unknown>): fc.Arbitrary<Uint8Array> {
  const edit = fc.record({
    kind: fc.constantFrom("set", "cut", "insert", "twice"),
    at: fc.nat(100_000),
    byte: fc.nat(255),
    length: fc.nat(40),
  });
  return fc.tuple(value, fc.array(edit, { minLength: 1, maxLength: 4 })).map(([whole, edits]) => {
    let bytes = [...Buffer.from(JSON.stringify(whole))];
    for (const { kind, at, byte, length } of edits) {
      const place = at % (bytes.length + 1);
      if (kind === "set") bytes[place] = byte;
      else if (kind === "cut") bytes = [...bytes.slice(0, place), ...bytes.slice(place + length + 1)];
      else if (kind === "insert") bytes.splice(place, 0, byte, 255 - byte);
      else bytes.splice(place, 0, ...bytes.slice(place, place + length));
    }
    return Uint8Array.from(bytes);
  });
}

/** Returns hostile bytes of every sort: mutated in structure, mutated in bytes, and well made. */
export function hostileBytes(value: fc.Arbitrary<unknown>): fc.Arbitrary<Uint8Array> {
  return fc.oneof(
    { weight: 4, arbitrary: mutatedText(value).map((text) => new Uint8Array(Buffer.from(text))) },
    { weight: 2, arbitrary: mutatedBytes(value) },
    { weight: 1, arbitrary: value.map((whole) => new Uint8Array(Buffer.from(JSON.stringify(whole)))) },
  );
}

type Parent = Record<string, unknown>;

function mutate(value: unknown, mutations: readonly Mutation[]): string {
  const root: Parent = { value: structuredClone(value) };
  const raws: string[] = [];
  const raw = (text: string) => `@@raw:${raws.push(text) - 1}@@`;
  for (const { kind, at, pick } of mutations) {
    const places = placesIn(root);
    const place = places[at % places.length];
    if (place === undefined) continue;
    const [parent, key] = place;
    const objects = places.map(([owner, name]) => owner[name]).filter(isObject);
    const object = objects[at % objects.length] ?? root;
    switch (kind) {
      case "drop":
        if (Array.isArray(parent)) parent.splice(Number(key), 1);
        else delete parent[key];
        break;
      case "retype":
        parent[key] = structuredClone(of(otherTypes, pick));
        break;
      case "out of range":
        parent[key] = of(farNumbers, pick);
        break;
      case "raw":
        parent[key] = raw(of(rawTexts, pick));
        break;
      case "deep": {
        const depth = of(depths, pick);
        parent[key] = raw(
          pick % 2 === 0 ? "[".repeat(depth) + "]".repeat(depth) : `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`,
        );
        break;
      }
      case "huge":
        parent[key] = raw(`"${"x".repeat(of(lengths, pick))}"`);
        break;
      case "wide":
        parent[key] = raw(`[${"0,".repeat(5_000)}0]`);
        break;
      case "prototype key":
        object[`@@key:${of(prototypeKeys, pick)}`] = { polluted: true, toString: "x" };
        break;
      case "lone surrogate":
        if (pick % 2 === 0) parent[key] = of(halves, pick);
        else object[of(halves, pick)] = 1;
        break;
      case "duplicate key": {
        const names = Object.keys(object);
        object[`@@key:${names[pick % Math.max(1, names.length)] ?? "v"}`] = structuredClone(of(otherTypes, pick));
        break;
      }
      case "swap": {
        const [otherParent, otherKey] = places[pick % places.length] ?? place;
        // One may lie within the other: copies keep the tree a tree.
        const [one, other] = [structuredClone(parent[key]), structuredClone(otherParent[otherKey])];
        parent[key] = other;
        if (otherKey in otherParent) otherParent[otherKey] = one;
      }
    }
  }
  return (JSON.stringify(root["value"]) ?? "")
    .replaceAll("@@key:", "")
    .replace(/"@@raw:(\d+)@@"/g, (_, index: string) => raws[Number(index)] ?? "");
}

function of<T>(list: readonly T[], pick: number): T {
  return list[pick % list.length] as T;
}

function isObject(value: unknown): value is Parent {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns every place in a tree, as what holds it and under which key. */
function placesIn(parent: Parent): (readonly [Parent, string])[] {
  return Object.keys(parent).flatMap((key) => {
    const value = parent[key];
    const below = typeof value === "object" && value !== null ? placesIn(value as Parent) : [];
    return [[parent, key] as const, ...below];
  });
}
