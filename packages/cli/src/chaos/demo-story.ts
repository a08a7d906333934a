import { LabError } from "@labloop/contracts";
import type { DemoLab } from "./demo-lab.ts";
import type { PartLine } from "./launch-part.ts";
import { type Commands, type Intent, readCommands } from "./read-commands.ts";
import type { Teller } from "./tell-story.ts";

/** Who answers in the demonstration; its reasons say that it is one. */
const demoOperator = "demo operator";

/** A move of the arm, which the world has counted. */
interface Move {
  readonly commandId: string;
  readonly from: string;
  readonly to: string;
}

/** An engine is killed while a printer prints: the device goes on, and is found at it. */
export async function tellEngineLost(lab: DemoLab, { chapter, tell, note }: Teller): Promise<void> {
  chapter("The engine is killed while a printer prints");
  const { device } = await lab.world.until("a print", isAct("print"));
  const printer = String(device);
  const { commandId } = openIntent(lab, (intent) => intent.device === printer);
  tell(`${printer} prints. Durable: the engine's intent of ${short(commandId)}, and "started" in the driver's journal`);
  await lab.kill("engine");
  tell("kill -9 of the engine. The printer goes on, and nobody is there to hear of it");
  lab.start("engine");
  await lab.engine().until(`the answer of ${printer}`, (line) => isOf("device.reconciled", "device", printer)(line));
  tell("the engine is back under a new epoch, and has asked the device about every open command");
  note(`${printer} says: started, and still at it. It is watched again; nothing is sent, nothing is in doubt`);
  tell(`the print is over: ${short(commandId)} ${await wordOf(lab, commandId)}`);
}

/** A driver is killed while its arm moves: it looks for evidence before anything may move, and that is decisive. */
export async function tellDriverLost(lab: DemoLab, { chapter, tell, note }: Teller): Promise<Move> {
  chapter("The arm's driver is killed in the middle of a move");
  const move = await nextMove(lab, null);
  tell(
    `the arm carries a part from ${move.from} to ${move.to}. Durable: the intent, and "started" with what was sensed before`,
  );
  await lab.kill("arm");
  tell("kill -9 of the driver. Unknown: whether the part arrives");
  lab.start("arm");
  const word = await wordOf(lab, move.commandId);
  tell(`the driver is back, found "started" in its journal, and has asked the arm: ${short(move.commandId)} ${word}`);
  const settled = commandsOf(lab).words.get(move.commandId);
  if (settled !== undefined && "evidence" in settled) note(`evidence: ${JSON.stringify(settled.evidence)}`);
  note("that is decisive: no person was needed, and nothing was sent again");
  return move;
}

/** Engine and driver are killed, and the driver's journal is lost: nobody knows, and a person has to look. */
export async function tellMemoryLost(lab: DemoLab, { chapter, tell, note }: Teller, before: Move): Promise<void> {
  chapter("Engine and driver are killed in the middle of a move, and the driver's journal is lost");
  const move = await nextMove(lab, before);
  const { commandId, from, to } = move;
  tell(`the arm carries a part from ${from} to ${to}`);
  await Promise.all([lab.kill("engine"), lab.kill("arm")]);
  lab.loseArmJournal();
  tell("kill -9 of both, and the disk with the arm's journal is gone. Durable: the engine's intent, and nothing else");
  lab.start("engine");
  lab.start("arm");
  const doubted = await lab.engine().until("the doubt", isOf("step.doubted", "commandId", commandId));
  tell(`${short(commandId)} is in doubt: ${String(doubted["reason"])}`);
  note("it is not sent again; the arm is out of use, by name, and whatever needs it waits");
  await answer(lab, "doubt", "ask", commandId, lab.data, "--reason", "demonstration: what does the arm know?");
  tell(`labloop doubt ask ${short(commandId)} --by "${demoOperator}"`);
  const probed = await lab.engine().until("the arm's answer", isOf("step.probed", "commandId", commandId));
  const isDecisive = probed["decisive"] === true;
  tell(`the arm was asked: ${String(probed["outcome"])}, ${isDecisive ? "decisive" : "not decisive"}`);
  note(`evidence: ${JSON.stringify(probed["evidence"])}`);
  if (!isDecisive) {
    note(`so a person looks: the part stands on ${to}`);
    const reason = `demonstration: looked, and the part stands on ${to}`;
    const program = `program=${lab.programOf(from, to)}`;
    await answer(
      lab,
      "doubt",
      "resolve",
      commandId,
      lab.data,
      "--as",
      "executed",
      "--result",
      program,
      "--reason",
      reason,
    );
    tell(`labloop doubt resolve ${short(commandId)} --as executed --by "${demoOperator}" --reason "${reason}"`);
  }
  await answer(
    lab,
    "device",
    "release",
    "arm",
    lab.data,
    "--reason",
    "demonstration: looked, nothing is in the gripper",
  );
  tell(`labloop device release arm --by "${demoOperator}"`);
  note("both answers stand in the journal with name and reason; the campaign goes on");
}

/** Waits for the end, and says what the world has counted; returns whether each act was one, and none is missing. */
export async function tellCount(lab: DemoLab, { chapter, tell, note }: Teller): Promise<boolean> {
  const code = await lab.engine().ended;
  chapter("What the world has counted");
  const acts = lab.world.lines().filter(({ type }) => type === "world.act");
  const { intents, suspected } = commandsOf(lab);
  const moving = intents.filter(({ op }) => op !== "weigh");
  tell(`the campaign ended with exit code ${code}: ${moving.length} commands that move matter, ${acts.length} acts`);
  const isSound =
    code === 0 && acts.length === moving.length && moving.every((intent) => isCountedOnce(intent, moving, acts));
  for (const reason of suspected) note(`a sample is suspect, and another experiment took its place: ${reason}`);
  note(isSound ? "each was carried out once, none twice, none is missing" : "that is not one act for each command");
  return isSound;
}

/** As many acts of this kind as there are commands for it: the world knows nothing of commands. */
function isCountedOnce({ device, params }: Intent, all: readonly Intent[], acts: readonly PartLine[]): boolean {
  const isSame = (given: unknown) => {
    const detail = Object(given) as Record<string, unknown>;
    return ["file", "from", "to"].every((key) => detail[key] === params[key]);
  };
  const counted = acts.filter((act) => act["device"] === device && isSame(act["detail"]));
  return counted.length === all.filter((other) => other.device === device && isSame(other.params)).length;
}

/** Waits until the arm has begun a move after another one. */
async function nextMove(lab: DemoLab, before: Move | null): Promise<Move> {
  const isNew = (line: PartLine) => {
    if (!isAct("move")(line)) return false;
    const { from, to } = detailOf(line);
    return before === null || from !== before.from || to !== before.to;
  };
  const { from, to } = detailOf(await lab.world.until("a move of the arm", isNew));
  const { commandId } = openIntent(lab, ({ params }) => params["from"] === from && params["to"] === to);
  return { commandId, from, to };
}

function detailOf(line: PartLine): { readonly from: string; readonly to: string } {
  const { from, to } = Object(line["detail"]) as Record<string, unknown>;
  return { from: String(from), to: String(to) };
}

function commandsOf({ journal }: DemoLab): Commands {
  return readCommands(journal);
}

/** Returns the newest command of a kind; the journal had it before the world could act on it. */
function openIntent(lab: DemoLab, fits: (intent: Intent) => boolean): Intent {
  const intent = commandsOf(lab).intents.findLast(fits);
  if (intent === undefined)
    throw new LabError("chaos.actWithoutIntent", "the world acted, and the journal has no intent");
  return intent;
}

/** Waits for a device's word on a command, and returns it in words. */
async function wordOf(lab: DemoLab, commandId: string): Promise<string> {
  const types = {
    "step.succeeded": "succeeded",
    "step.failed": "failed",
    "step.notExecuted": "was not executed",
  } as const;
  const isWord = (line: PartLine) => line["commandId"] === commandId && line.type !== undefined && line.type in types;
  const line = await lab.engine().until(`the end of ${commandId}`, isWord);
  return types[line.type as keyof typeof types];
}

async function answer(lab: DemoLab, ...args: readonly string[]): Promise<void> {
  const line = await lab.ask(...args, "--by", demoOperator);
  if (line["ok"] !== true)
    throw new LabError("chaos.answerRefused", `labloop ${args.join(" ")}: ${JSON.stringify(line)}`);
}

function isAct(verb: string): (line: PartLine) => boolean {
  return (line) => line.type === "world.act" && line["verb"] === verb;
}

function isOf(type: string, key: string, value: string): (line: PartLine) => boolean {
  return (line) => line.type === type && line[key] === value;
}

/** The end of a command id, which people tell it by. */
function short(commandId: string): string {
  return `...${commandId.slice(-7)}`;
}
