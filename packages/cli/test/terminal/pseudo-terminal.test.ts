import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const fixture = fileURLToPath(new URL("../support/screen-fixture.ts", import.meta.url));
/** From util-linux: runs a command in a terminal of its own. */
const terminalMaker = "script";
const hasScript = process.platform === "linux" && spawnSync(terminalMaker, ["--version"]).status === 0;

/** Runs a shell command in a terminal of its own, 60 × 10, pressing a key once `ready` is on the screen. */
function inTerminal(command: string, key: string | null): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const shell = `stty cols 60 rows 10; ${command}; stty -a`;
  const child = spawn(terminalMaker, ["-qec", shell, "/dev/null"], {
    env: { ...process.env, TERM: "xterm", NO_COLOR: "1" },
  });
  let seen = "";
  let isPressed = false;
  child.stdout.on("data", (bytes: Buffer) => {
    seen += bytes.toString();
    if (key === null || isPressed || !seen.includes("ready")) return;
    isPressed = true;
    child.stdin.write(key);
  });
  child.on("error", reject);
  child.on("close", () => resolve(seen));
  return promise;
}

describe("in a real terminal", () => {
  test("a key leaves at once, and the terminal is as it was before", async (context) => {
    context.skip(!hasScript, "no script(1) to make a terminal with");
    const seen = await inTerminal(`${process.execPath} ${fixture}`, "q");
    expect(seen).toContain("nothing is recorded yet");
    expect(seen).toContain("q quit");
    const after = seen.slice(seen.indexOf("left"));
    expect(after).toMatch(/[^-]isig[^-]*[^-]icanon/);
    expect(after).toMatch(/[^-]echo /);
    // Neither a second screen nor a hidden cursor is left behind.
    expect(seen).not.toContain("\u001b[?1049h");
    expect(seen.lastIndexOf("\u001b[?25h")).toBeGreaterThan(seen.lastIndexOf("\u001b[?25l"));
  });

  test("a process that breaks gives the terminal back, and its last words stand below the screen", async (context) => {
    context.skip(!hasScript, "no script(1) to make a terminal with");
    const seen = await inTerminal(`${process.execPath} ${fixture} throw`, null);
    expect(seen.indexOf("it broke")).toBeGreaterThan(seen.lastIndexOf("\u001b[10;1H"));
    const after = seen.slice(seen.indexOf("it broke"));
    expect(after).toMatch(/[^-]isig[^-]*[^-]icanon/);
  });
});
