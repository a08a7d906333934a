import { hostname } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import { LabError } from "@labloop/contracts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { loginName } from "../login-name.ts";
import { type Asker, openAsker } from "../init/ask-questions.ts";
import { schemaFolder } from "../init/declaration-texts.ts";
import { devicesOf, knownLines, knownNames, type LabAnswers, readDevices } from "../init/lab-answers.ts";
import { writeLab } from "../init/write-lab.ts";
import { loadCampaign } from "../lab/load-campaign.ts";
import { print, printJson } from "../say.ts";
import { shellWord } from "../shell-word.ts";
import { reportFaults } from "./report-faults.ts";
import { editorFiles, writeAll } from "./schema.ts";

export interface InitFlags {
  readonly name?: string;
  readonly owner?: string;
  readonly contact?: string;
  readonly devices?: string;
  readonly location?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/**
 * `labloop init [DIR]`: writes a first lab and campaign that run at once in simulation. What no flag says is asked on a
 * terminal, five questions at most; elsewhere nothing is asked.
 */
export async function init(folder: string, flags: InitFlags): Promise<ExitCode> {
  const isAsking = flags.yes !== true && flags.json !== true && process.stdin.isTTY && process.stderr.isTTY;
  if (!isAsking) requireFlags(flags);
  // Questions are talk: stdout is for what was made.
  const asker = isAsking ? openAsker(process.stdin, process.stderr) : null;
  let answers: LabAnswers;
  try {
    answers = await answersOf(folder, flags, asker);
  } finally {
    asker?.close();
  }
  const written = await writeLab(folder, answers);
  const campaign = join(folder, "campaign.yaml");
  const checked = await loadCampaign(campaign);
  if (!checked.ok) return reportFaults(checked.faults, flags.json === true);
  const schemas = await editorFiles(checked.value.lab);
  writeAll(join(folder, schemaFolder), schemas);
  const files = [...written, ...Object.keys(schemas).map((name) => `${schemaFolder}/${name}`)];
  const shown = shellWord(relative(process.cwd(), resolve(campaign)) || campaign);
  const here = relative(process.cwd(), resolve(folder));
  const [lab, shownSchemas] = [shellWord(join(here, "lab.yaml")), shellWord(join(here, schemaFolder))];
  const next = [`labloop run ${shown} --clock virtual`, `labloop check ${shown}`, `labloop doctor ${lab}`];
  if (flags.json === true) {
    printJson({ v: 1, ok: true, folder: resolve(folder), files, next });
    return exitCode.done;
  }
  print(`${folder} has, without faults:`);
  for (const line of linesOf(files.filter((name) => !name.startsWith(`${schemaFolder}/`)))) print(`  ${line}`);
  print(`Editors complete them by ${schemaFolder}/; after a change of devices, write that anew:`);
  print(`  npm run -s labloop -- schema ${lab} --format editor --out ${shownSchemas}`);
  print("Try it in simulation, which takes seconds:");
  print(`  npm run -s labloop -- ${next[0]?.replace("labloop ", "")}`);
  print("Then put your instruments in place one by one: lab.yaml says how, and these");
  print("say what is wrong:");
  for (const command of next.slice(1)) print(`  npm run -s labloop -- ${command.replace("labloop ", "")}`);
  return exitCode.done;
}

/** Names in lines that fit a terminal. */
function linesOf(names: readonly string[]): string[] {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last === undefined || last.length + name.length > 74) lines.push(name);
    else lines[lines.length - 1] = `${last}  ${name}`;
  }
  return lines;
}

/** Without a terminal, and without leave to choose, nobody is asked and nothing is made up. */
function requireFlags({ name, owner, contact, yes }: InitFlags): void {
  if (yes === true) return;
  const missing = Object.entries({ name, owner, contact }).flatMap(([flag, value]) =>
    value === undefined ? [`--${flag}`] : [],
  );
  if (missing.length === 0) return;
  throw new LabError("usage.initFlags", `there is no terminal to ask on, and ${missing.join(", ")} were not given`, {
    hint: "give them, or --yes to have the account's name stand in for them",
  });
}

async function answersOf(folder: string, flags: InitFlags, asker: Asker | null): Promise<LabAnswers> {
  const user = loginName();
  const say = async (
    flag: string | undefined,
    text: string,
    preset: string,
    wrong?: (answer: string) => string | null,
    before: readonly string[] = [],
  ) => {
    if (flag === undefined) {
      return asker === null ? preset : asker.ask({ text, before, preset, ...(wrong === undefined ? {} : { wrong }) });
    }
    const why = flag.trim() === "" ? "it is empty" : (wrong?.(flag) ?? null);
    if (why === null) return flag.trim();
    throw new LabError("usage.badAnswer", `${text}: "${flag}" cannot be used: ${why}`);
  };
  const title = await say(flags.name, "Name of the lab", basename(resolve(folder)));
  const owner = await say(flags.owner, "Who answers for it", user);
  const contact = await say(flags.contact, "Whom to ask (mail, telephone)", `${user}@${hostname()}`);
  const location = await say(flags.location, "Where its instruments stand (room, bench)", "bench 1");
  const wrong = (answer: string) => {
    const found = readDevices(answer);
    if (!found.ok) return `labloop init does not know ${found.unknown.join(", ")}, only ${knownNames()}`;
    return devicesOf(found.devices) === null ? "nothing of that measures: add what does, as balance or person" : null;
  };
  const text = "Which of these it has";
  const list = await say(flags.devices, text, "balance, pump", wrong, knownLines());
  const read = readDevices(list);
  // What is wrong was asked again, or refused.
  return { title, owner, contact, location, ...((read.ok ? devicesOf(read.devices) : null) ?? { further: [] }) };
}
