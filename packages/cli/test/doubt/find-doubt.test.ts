import { expect, test } from "vitest";
import { findDoubt } from "../../src/doubt/find-doubt.ts";
import { doubtView, labView } from "../support/doubt-view.ts";

const first = doubtView();
const second = doubtView({ commandId: "01KA0000000000000000000XYZ.2" });
const view = labView({ doubts: [first, second] });

test.each([
  ["the whole id", first.commandId, first],
  ["its end", "ABC.1", first],
  ["its end without the attempt", "xyz", second],
  ["a unique beginning", second.commandId.slice(0, 24), second],
])("a command in doubt is found by %s", (_what, named, found) => {
  expect(findDoubt(view, named)).toBe(found);
});

test("what may be several commands is refused, naming them all", () => {
  expect(() => findDoubt(view, "01KA")).toThrow(`${first.commandId}, ${second.commandId}`);
});

test("an unknown id is refused with those that there are", () => {
  expect(() => findDoubt(view, "01QQ")).toThrow(
    expect.objectContaining({ code: "usage.unknownCommand", hint: expect.stringContaining(first.commandId) }),
  );
  expect(() => findDoubt(labView(), "01QQ")).toThrow(expect.objectContaining({ hint: "nothing is in doubt" }));
});
