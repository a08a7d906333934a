import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { LabError } from "@labloop/contracts";
import { pathsOf, readHistory } from "../data-folder.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { notedDashboard } from "../doubt/dashboard-address.ts";
import { openPlainFace } from "../face.ts";
import { print } from "../say.ts";
import { screenFaceOn } from "../terminal/screen-face.ts";
import { terminalOf } from "../terminal/terminal-of.ts";
import { run } from "./run.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

/**
 * `npm start`: runs the demo campaign in LABLOOP_DATA, or in a folder of its own, taking up the newest unfinished one; on a
 * terminal, as a live screen.
 */
export async function start(): Promise<ExitCode> {
  const data = process.env["LABLOOP_DATA"] ?? demoFolder(join(root, ".labloop"));
  const terminal = terminalOf(process);
  print("labloop: the crossed-barrel campaign in the simulated demo lab");
  const campaign = join(root, "protocols", "crossed-barrel", "campaign.yaml");
  const face = terminal === null ? openPlainFace : screenFaceOn(terminal);
  const code = await run(campaign, { data }, face).catch((error: unknown) => {
    throw inTheDemo(error, data);
  });
  const folder = relative(process.cwd(), data) || ".";
  print(`  its report     npm run -s labloop -- report ${folder}`);
  print(`  its data       npm run -s labloop -- export ${folder} --format parquet`);
  print(`  replay it      npm run -s labloop -- replay ${folder}`);
  if (code === exitCode.inDoubt)
    print(`  what waits     npm run -s labloop -- doubt list ${folder}, then npm start again`);
  else print("  kill -9 this while it runs, and npm start again: it resumes");
  return code;
}

/** The demo has no flags: what is in its way is mended otherwise than where one names the folder. */
function inTheDemo(error: unknown, data: string): unknown {
  if (!(error instanceof LabError)) return error;
  const hint = hintInTheDemo(error.code, data);
  return hint === null ? error : new LabError(error.code, error.message, { cause: error, hint });
}

function hintInTheDemo(code: string, data: string): string | null {
  if (code === "run.dataNotWritable" || code === "run.diskFull") {
    return "mend that, or name another folder in LABLOOP_DATA";
  }
  if (code !== "journal.inUse") return null;
  const url = notedDashboard(pathsOf(data).dashboard);
  const there = url === null ? "" : ` (its page: ${url}; npm run -s labloop -- watch --url ${url})`;
  return `the demo runs here already${there}: stop it there, with Ctrl-C, to run it anew`;
}

/** The newest demo folder if its campaign is unfinished, else the next number. */
function demoFolder(parent: string): string {
  const numbers = (existsSync(parent) ? readdirSync(parent) : [])
    .map((name) => /^demo-(\d+)$/.exec(name)?.[1])
    .flatMap((digits) => (digits === undefined ? [] : [Number(digits)]));
  const newest = Math.max(0, ...numbers);
  const folder = (number: number) => join(parent, `demo-${number}`);
  const isUnfinished = newest > 0 && readHistory(pathsOf(folder(newest)))?.isOver !== true;
  return folder(isUnfinished ? newest : newest + 1);
}
