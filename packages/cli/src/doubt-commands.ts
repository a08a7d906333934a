import type { Command } from "commander";
import type { ExitCode } from "./exit-code.ts";

const byNeeded = ["--by <name>", "who answers"] as const;
const reasonNeeded = ["--reason <text>", "why: it stands in the journal for good"] as const;
const json = ["--json", "one JSON object a line on stdout"] as const;

/** Adds the commands by which people say what nobody else can: `doubt`, `device` and `restore`. */
export function addDoubtCommands(program: Command, finish: (code: ExitCode) => void): void {
  const doubt = program.command("doubt").description("look at commands in doubt, and say what became of them");
  doubt
    .command("list [data]")
    .description("what waits for a person; DATA is LABLOOP_DATA, or the folder under .labloop written last")
    .option(...json)
    .addHelpText("after", "\n  labloop doubt list .labloop/demo-1")
    .action(async (data, flags) => finish(await (await import("./commands/doubt.ts")).listDoubts(data, flags)));
  doubt
    .command("show <command> [data]")
    .description(
      "all that is known of a command in doubt, and its answers; a unique beginning or end of its id will do",
    )
    .option(...json)
    .addHelpText("after", "\n  labloop doubt show 01KA7ZR2Q8M5Y3T6V9W0X1B4CD.1 .labloop/demo-1")
    .action(async (id, data, flags) => finish(await (await import("./commands/doubt.ts")).showDoubt(id, data, flags)));
  doubt
    .command("resolve <command> [data]")
    .description("say what became of it")
    .requiredOption("--as <answer>", "executed, partial, not-executed or discarded")
    .option("--result <values...>", 'the result, "name=value unit" for each value')
    .option("--result-json <file>", "the result from a JSON file")
    .option("--photo <files...>", "the photo that the result has, as tube.jpg or, of several, as tube=tube.jpg")
    .option("--stop-run", "with discarded: end the run and clear it away")
    .option("--second <name>", "a second person who has looked as well")
    .requiredOption(...byNeeded)
    .requiredOption(...reasonNeeded)
    .option(...json)
    .addHelpText(
      "after",
      '\n  labloop doubt resolve 1B4CD .labloop/demo-1 --as executed --result "mass=2.31 g" --by Ada --reason "on the pan"',
    )
    .action(async (id, data, flags) =>
      finish(await (await import("./commands/doubt.ts")).resolveDoubt(id, data, flags)),
    );
  doubt
    .command("ask <command> [data]")
    .description("have the device look for evidence once more; its campaign has to run")
    .option(...byNeeded)
    .option(...reasonNeeded)
    .option(...json)
    .addHelpText("after", "\n  labloop doubt ask 1B4CD .labloop/demo-1")
    .action(async (id, data, flags) => finish(await (await import("./commands/doubt.ts")).askDevice(id, data, flags)));

  const person = program.command("person").description("what people are asked to do in a lab, and how it went");
  person
    .command("list [data]")
    .description("say what people are asked to do")
    .option(...json)
    .addHelpText("after", "\n  labloop person list out/run7")
    .action(async (data, flags) => finish(await (await import("./commands/person.ts")).listAsks(data, flags)));
  person
    .command("show <id> [data]")
    .description("say what is to be done in a step, and how to say how it went")
    .option(...json)
    .addHelpText("after", "\n  labloop person show 1B4CD out/run7")
    .action(async (id, data, flags) => finish(await (await import("./commands/person.ts")).showAsk(id, data, flags)));
  person
    .command("answer <id> [data]")
    .description("say how a step went")
    .requiredOption("--by <name>", "who did it")
    .option("--result <values...>", "what came of it, as mass=2.3 g")
    .option("--photo <files...>", "the photo that is asked for, as tube.jpg or, of several, as tube=tube.jpg")
    .option("--executed <values...>", "what was done instead of what was asked, as volume=5 mL")
    .option("--not-done", "it was not done, and may be asked again")
    .option("--impossible", "it cannot be done")
    .option("--reason <text>", "why not")
    .option(...json)
    .addHelpText("after", '\n  labloop person answer 1B4CD out/run7 --result "mass=2.31 g" --by Ada')
    .action(async (id, data, flags) => finish(await (await import("./commands/person.ts")).answerAsk(id, data, flags)));

  program
    .command("resume [data]")
    .description("let a paused campaign go on")
    .requiredOption(...byNeeded)
    .option(...json)
    .addHelpText("after", "\n  labloop resume out/run7 --by Ada")
    .action(async (data, flags) => finish(await (await import("./commands/resume.ts")).resumeCampaign(data, flags)));

  const device = program.command("device").description("say how a device stands: looked at, calibrated or maintained");
  device
    .command("calibrated <device> [data]")
    .description("say that a device was calibrated: what its values rest on from now on")
    .requiredOption("--reference <text>", "the certificate or record of this calibration")
    .option("--expires <date>", "its last day, as 2027-03-31; without it the calibration does not expire")
    .requiredOption(...byNeeded)
    .requiredOption(...reasonNeeded)
    .option(...json)
    .addHelpText(
      "after",
      '\n  labloop device calibrated balance out/run7 --reference C-118 --expires 2027-03-31 --by Ada --reason "yearly"',
    )
    .action(async (name, data, flags) =>
      finish(await (await import("./commands/device.ts")).stateCalibration(name, data, flags)),
    );

  device
    .command("maintained <device> <name> [data]")
    .description("say that a maintenance of a device was done: it is counted anew")
    .requiredOption(...byNeeded)
    .requiredOption(...reasonNeeded)
    .option(...json)
    .addHelpText("after", '\n  labloop device maintained pump change-seal out/run7 --by Ada --reason "new seal, lot 7"')
    .action(async (device, name, data, flags) =>
      finish(await (await import("./commands/device.ts")).stateMaintenance(device, name, data, flags)),
    );

  device
    .command("release <device> [data]")
    .description("say that somebody has looked at it; `labloop doubt list` names those that are out of use, and why")
    .requiredOption(...byNeeded)
    .requiredOption(...reasonNeeded)
    .option(...json)
    .addHelpText("after", '\n  labloop device release arm .labloop/demo-1 --by Ada --reason "gripper emptied"')
    .action(async (name, data, flags) =>
      finish(await (await import("./commands/device.ts")).releaseDevice(name, data, flags)),
    );

  device
    .command("reload <device> [data]")
    .description("load its driver anew, as soon as the device is at rest; other devices go on")
    .option("--within <s>", "how long to wait for it to come to rest", "600")
    .option("--by <name>", "who wishes it, for the journal; by default the account's name")
    .option(...json)
    .addHelpText("after", "\n  labloop device reload balance out/run7")
    .action(async (name, data, flags) =>
      finish(await (await import("./commands/reload.ts")).reload(name, data, flags)),
    );

  program
    .command("restore")
    .description("go on from a journal that was restored from a backup")
    .command("confirm [data]")
    .description("say that it is an older backup, and that no other labloop runs this lab")
    .requiredOption(...byNeeded)
    .requiredOption(...reasonNeeded)
    .option(...json)
    .addHelpText("after", '\n  labloop restore confirm out/run7 --by Ada --reason "disk replaced, backup of Monday"')
    .action(async (data, flags) => finish(await (await import("./commands/restore.ts")).confirmRestore(data, flags)));
}
