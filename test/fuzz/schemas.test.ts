import { LabEvent, OperatorCommand } from "@labloop/contracts";
import { canonicalJson } from "@labloop/contracts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryOf } from "./arbitrary-of.ts";
import { runsOf } from "./runs.ts";
import { exported, literalOf, membersOf } from "./schemas.ts";

describe.each(exported)("%s", (_name, schema) => {
  test("takes what its shape allows, and takes it again after a way through JSON", () => {
    fc.assert(
      fc.property(arbitraryOf(schema), (value) => {
        const parsed = schema.parse(value);
        expect(schema.parse(JSON.parse(JSON.stringify(value)))).toEqual(parsed);
      }),
      runsOf(60),
    );
  });
});

const unions = { LabEvent: [LabEvent, "type"], OperatorCommand: [OperatorCommand, "type"] } as const;
const members = Object.entries(unions).flatMap(([name, [schema, field]]) =>
  membersOf(schema).map((member) => [`${name} ${literalOf(member, field)}`, schema, member] as const),
);

test.each(members)("%s is taken by its union, and its canonical text says the same", (_name, schema, member) => {
  fc.assert(
    fc.property(arbitraryOf(member), (value) => {
      const parsed = schema.parse(value);
      expect(schema.parse(JSON.parse(canonicalJson(parsed)))).toEqual(parsed);
    }),
    runsOf(20),
  );
});
