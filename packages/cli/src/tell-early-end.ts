import { fileURLToPath } from "node:url";
import type { Fault } from "@labloop/contracts";
import { exitCode } from "./exit-code.ts";

/** What a command's process has to do with its own end. */
type Ending = Pick<NodeJS.Process, "on" | "off" | "exitCode" | "exit">;

/** Whether it was said why this process ends: once is enough. */
export const earlyEnd = { isTold: false };

/**
 * Has a process that ends before its command is done say so by `tell`, and end as failed: a driver, a world or a plant that runs in it
 * has called `process.exit`, or waits for what never comes, so that nothing is left to wait for. Returns what is called when the command
 * is done. What was thrown and caught by nobody, and a signal's code, tell why by themselves.
 */
export function tellEarlyEnd(ending: Ending, tell: (fault: Fault) => void): () => void {
  const onExit = (code: number) => {
    const ended = Number(ending.exitCode ?? code);
    const asker = askerOfExit();
    if (earlyEnd.isTold || ended > 128 || (ended === exitCode.failed && asker === null)) return;
    ending.exitCode = exitCode.failed;
    const message = `something that runs in this process ended it, with code ${ended}, before the command was done`;
    const hint = "a driver leaves process.exit alone: throw, and the kit looks for evidence";
    tell({ code: "run.endedEarly", message, ...asker, hint });
  };
  const onIdle = () => {
    earlyEnd.isTold = true;
    const message = "nothing is left to wait for, and the command is not done";
    const hint = "a module that it has loaded, such as a driver, awaits what never comes: mend that, or give it an end";
    tell({ code: "run.waitsForNothing", message, hint });
    ending.exit(exitCode.failed);
  };
  ending.on("exit", onExit);
  ending.on("beforeExit", onIdle);
  return () => {
    ending.off("exit", onExit);
    ending.off("beforeExit", onIdle);
  };
}

/** Who has called `process.exit` is still on the stack; null where nobody has. */
function askerOfExit(): Pick<Fault, "file" | "line" | "column"> | null {
  const stack = (new Error().stack ?? "").split("\n");
  const at = stack.findIndex((line) => /^ +at process\.exit\b/.test(line));
  if (at === -1) return null;
  const [, url, line, column] = /(file:\/\/\S+?):(\d+):(\d+)\)?$/m.exec(stack.slice(at + 1).join("\n")) ?? [];
  return url === undefined ? {} : { file: fileURLToPath(url), line: Number(line), column: Number(column) };
}
