import { expect, test } from "vitest";
import { textOf } from "../../src/loop/text-of.ts";

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

test("a mistake in a driver is told with its file and line, and no folder; what a driver says itself stays as it is", () => {
  const session: { pump?: { volume: number } } = {};
  const mistake = thrownBy(() => (session.pump as { volume: number }).volume);
  expect(textOf(mistake)).toMatch(
    /^Cannot read properties of undefined \(reading 'volume'\) \(text-of\.test\.ts:\d+\)$/,
  );
  expect(textOf(new Error("the lid is open"))).toBe("the lid is open");
  expect(textOf("the lid is open")).toBe("the lid is open");
  // Thrown within Node: its line is nobody's to mend.
  expect(textOf(thrownBy(() => new URL("nowhere")))).toBe("Invalid URL");
});
