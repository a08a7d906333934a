import { EventEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import { frameText, openScreen, type TerminalInput, type TerminalOutput } from "../../src/terminal/open-screen.ts";
import { paintLine, widthOf, wrapText } from "../../src/terminal/line.ts";

/** A terminal that remembers what was written to it. */
function terminal(columns: number, rows: number) {
  const output = Object.assign(new EventEmitter(), {
    columns,
    rows,
    written: [] as string[],
    write(text: string) {
      output.written.push(text);
      return true;
    },
  });
  const input = Object.assign(new EventEmitter(), {
    isRaw: false,
    modes: [] as boolean[],
    setRawMode(mode: boolean) {
      input.modes.push(mode);
      input.isRaw = mode;
    },
    resume: () => undefined,
    pause: () => undefined,
  });
  return {
    output,
    input,
    streams: [output as unknown as TerminalOutput, input as unknown as TerminalInput] as const,
  };
}

/** What a terminal shows after it has taken a text: enough of its rules for what is written here. */
function shownAfter(before: readonly string[], text: string, rows: number): string[] {
  const shown = Array.from({ length: rows }, (_, index) => before[index] ?? "");
  let row = 0;
  for (const piece of text.split("\u001b[").slice(1)) {
    const [, sequence = "", plain = ""] = /^([?\d;]*[A-Za-z])([^]*)$/.exec(piece) ?? [];
    const place = /^(\d+);1H$/.exec(sequence);
    if (place !== null) row = Number(place[1]) - 1;
    if (sequence === "2K") shown[row] = "";
    if (sequence === "0J") shown.fill("", row);
    if (plain !== "") shown[row] = plain;
  }
  return shown;
}

describe("painting", () => {
  const size = { columns: 10, rows: 3 };

  test("writes nothing when nothing has changed, and only the lines that have", () => {
    expect(frameText(["a", "b", "c"], ["a", "b", "c"], size)).toBe("");
    const text = frameText(["a", "b", "c"], ["a", "B", "c"], size);
    expect(text).toContain("B");
    expect(text).not.toContain("a");
    expect(shownAfter(["a", "b", "c"], text, 4)).toEqual(["a", "B", "c", ""]);
  });

  test("starts from whatever stood there", () => {
    const junk = ["old", "old", "old", "old"];
    expect(shownAfter(junk, frameText(null, ["a", "", "c"], size), 4)).toEqual(["a", "", "c", ""]);
  });

  test("a screen that was resized is painted whole again", () => {
    const { output, streams } = terminal(10, 4);
    let resized = 0;
    const screen = openScreen(...streams, { key: () => undefined, resize: () => resized++ });
    screen.paint(["a", "b"]);
    output.rows = 6;
    output.emit("resize");
    output.written.length = 0;
    screen.paint(["a", "b"]);
    expect(resized).toBe(1);
    expect(screen.size).toEqual({ columns: 10, rows: 5 });
    expect(output.written.join("")).toMatch(/a[\s\S]*b/);
    screen.close();
  });
});

describe("the terminal", () => {
  test("gives keys one by one, and is given back as it was, once", () => {
    const { input, output, streams } = terminal(80, 24);
    const pressed: string[] = [];
    const listeners = process.listenerCount("exit");
    const screen = openScreen(...streams, { key: (key) => pressed.push(key), resize: () => undefined });
    expect(input.isRaw).toBe(true);
    input.emit("data", Buffer.from("ps"));
    input.emit("data", Buffer.from("\u001b[A"));
    expect(pressed).toEqual(["p", "s"]);
    screen.close();
    const after = output.written.length;
    screen.close();
    screen.paint(["late"]);
    expect(output.written).toHaveLength(after);
    expect(input.isRaw).toBe(false);
    input.emit("data", Buffer.from("q"));
    expect(pressed).toEqual(["p", "s"]);
    expect(process.listenerCount("exit")).toBe(listeners);
  });

  test("one that a shell had in between, as while the process was stopped, is taken again and painted whole", () => {
    const { input, output, streams } = terminal(80, 24);
    let isHere = false;
    const screen = openScreen(...streams, { key: () => undefined, resize: () => undefined }, () => isHere);
    screen.paint(["a"]);
    input.modes.length = 0;
    output.written.length = 0;
    // In the background whoever sets the terminal is stopped.
    process.emit("SIGCONT");
    screen.paint(["a"]);
    expect([input.modes, output.written]).toEqual([[], []]);
    isHere = true;
    process.emit("SIGCONT");
    screen.paint(["a"]);
    // What the terminal was last told counts as set, and would not be told again.
    expect(input.modes).toEqual([false, true]);
    expect(output.written.join("")).toContain("a");
    screen.close();
    expect(process.listenerCount("SIGCONT")).toBe(0);
  });

  test("one that was closed is written to no more, and takes nobody with it", () => {
    const { output, streams } = terminal(80, 24);
    const screen = openScreen(...streams, { key: () => undefined, resize: () => undefined });
    output.emit("error", new Error("write EIO"));
    const after = output.written.length;
    screen.paint(["a"]);
    screen.close();
    expect(output.written).toHaveLength(after);
    expect(() => output.emit("error", new Error("write EIO"))).not.toThrow();
  });
});

describe("lines", () => {
  test("wide and combining characters count as what they take", () => {
    expect(widthOf("実験")).toBe(4);
    expect(widthOf("e\u0301")).toBe(1);
    expect(paintLine(["実験計画"], 5, false)).toBe("実験…");
  });

  test("are cut with an ellipsis, the colour of the cut piece ended", () => {
    expect(paintLine(["abc", ["defgh", "bad"], "ij"], 6, true)).toBe("abc\u001b[31;1mde\u001b[0m…");
    expect(paintLine(["abc", "def"], 6, false)).toBe("abcdef");
  });

  test("long texts break between words", () => {
    expect(wrapText("one two three four", 9)).toEqual(["one two", "  three", "  four"]);
  });
});
