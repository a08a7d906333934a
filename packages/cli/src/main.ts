import { LabError } from "@labloop/contracts/lab-error";
import { Command, CommanderError, Option } from "commander";
import { addConformanceCommand } from "./conformance-command.ts";
import manifest from "../package.json" with { type: "json" };
import { addDoubtCommands } from "./doubt-commands.ts";
import { endLeftovers } from "./end-leftovers.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { fewOpenFiles, openFileLimit } from "./few-open-files.ts";
import { forgetEmptyVariables } from "./forget-empty-variables.ts";
import { outliveReaders } from "./outlive-readers.ts";
import { faultText, printJson, say } from "./say.ts";
import { tellEarlyEnd } from "./tell-early-end.ts";

/** Codes of failures that may pass by themselves. */
const passing: ReadonlySet<string> = new Set([
  "journal.inUse",
  "device.journalInUse",
  "broker.portInUse",
  "gateway.portInUse",
  "run.diskFull",
  "watch.notReachable",
  "lab.worldNotRunning",
  "lab.inUse",
]);

const json = () => new Option("--json", "one JSON object a line on stdout");
/** How to reach a broker on a network; all of them files that `labloop secure` makes. */
const networkOptions = () => [
  new Option("--broker-credentials <dir>", "folder with one file a client (LABLOOP_BROKER_CREDENTIALS)"),
  new Option("--broker-ca <file>", "authority that has signed the broker's certificate (LABLOOP_BROKER_CA)"),
  new Option("--engine-pin <file>", "public key that devices believe (LABLOOP_ENGINE_PIN)"),
];
const isolation = () =>
  new Option("--isolation <kind>", "process: each driver in its own, as in a real lab; none: all in this one");
const lab = () => new Option("--lab <file>", "use this lab file");

function commands(finish: (code: ExitCode) => void): Command {
  const program = new Command("labloop")
    .description("Runs autonomous-lab campaigns: proposals, schedules, safe dispatch, and a journal of all of it.")
    .version(manifest.version, "-V, --version", "say which version this is")
    .exitOverride()
    .configureOutput({ outputError: (text) => process.stderr.write(text) })
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 failed, 2 usage, 3 check faults, 4 in doubt, 5 stopped by a person, 75 try again",
    );

  const run = program
    .command("run <campaign>")
    .description("run a campaign file, or resume the one in its data folder")
    .option("--data <dir>", "data folder (LABLOOP_DATA)")
    .option("--seed <n>", "seed of everything random; chosen and recorded when not given")
    .option("--clock <kind>", "real, scaled or virtual; simulated labs are scaled by default")
    .option("--scale <n>", "how much faster than life a scaled lab runs")
    .addOption(lab())
    .option("--broker <url>", "external MQTT broker (LABLOOP_BROKER_URL); embedded by default")
    .option("--engine-key <file>", "private key that signs commands (LABLOOP_ENGINE_KEY)")
    .option("--no-devices", "engine alone: the drivers run in other processes, and it finds them on the broker")
    .option("--world <file>", "with --no-devices: the address that `labloop world` has written, if not in --data")
    .option("--port <n>", "serve the dashboard here (LABLOOP_PORT); else 4820 or the next free port")
    .addOption(isolation())
    .option("--wait", "stay open when only a person can say how it goes on, as on a terminal")
    .addOption(json())
    .addHelpText(
      "after",
      "\n  labloop run protocols/crossed-barrel/campaign.yaml --clock virtual --seed 7 --json --data out/run7",
    )
    .action(async (file: string, flags) => finish(await (await import("./commands/run.ts")).run(file, flags)));
  for (const option of networkOptions()) run.addOption(option);

  program
    .command("init [folder]")
    .description("write a first lab and campaign that run at once in simulation; asks what no flag says")
    .option("--name <text>", "name of the lab")
    .option("--owner <text>", "who answers for it")
    .option("--contact <text>", "whom to ask")
    .option("--location <text>", "where its instruments stand")
    .option(
      "--devices <names>",
      "what it owns, separated by commas: balance, pump, printer, tester, arm, person, files, text, modbus, opentrons, python",
    )
    .option("--yes", "ask nothing: what no flag says is chosen")
    .addOption(json())
    .addHelpText(
      "after",
      "\n  labloop init my-lab --name 'Polymer lab' --owner 'Ada Lovelace' --contact ada@lab.example",
    )
    .action(async (folder: string | undefined, flags) =>
      finish(await (await import("./commands/init.ts")).init(folder ?? "my-lab", flags)),
    );

  const doctor = program
    .command("doctor [lab]")
    .description("find what is wrong with this machine, and with a lab, and say what mends it")
    .option("--data <dir>", "data folder, or the folder above it (LABLOOP_DATA)")
    .option("--broker <url>", "external broker to look at (LABLOOP_BROKER_URL)")
    .addOption(json())
    .addHelpText("after", "\n  labloop doctor my-lab/lab.yaml")
    .action(async (file: string | undefined, flags) =>
      finish(await (await import("./commands/doctor.ts")).doctor(file, flags)),
    );
  for (const option of networkOptions()) doctor.addOption(option);

  const driver = program.command("driver").description("write a driver of your own, and test it");
  driver
    .command("new <folder>")
    .description("write a first driver that works, the plant that it is tested against, and its test")
    .option("--python", "in Python; by default in TypeScript")
    .addOption(
      new Option("--yaml", "no code: lines of text over TCP or a serial port, declared in YAML").conflicts("python"),
    )
    .addOption(json())
    .addHelpText("after", "\n  labloop driver new my-lab/my-pump\n  labloop driver new my-lab/my-supply --yaml")
    .action(async (folder: string, flags) =>
      finish(await (await import("./commands/driver.ts")).newDriver(folder, flags)),
    );
  driver
    .command("test <folder>")
    .description("run the tests beside a driver; hold a declared one against the contract, on the plant beside it")
    .addHelpText("after", "\n  labloop driver test my-lab/my-pump")
    .action(async (folder: string) => finish(await (await import("./commands/driver.ts")).testDriver(folder)));

  program
    .command("broker <lab>")
    .description("run the embedded broker in a process of its own")
    .option("--port <n>", "listen on this port; any free one by default")
    .option("--host <address>", "listen on this address; loopback by default, any other only with --secured")
    .option("--secured <dir>", "use TLS and the credentials that `labloop secure` has made there")
    .addOption(json())
    .addHelpText("after", "\n  labloop broker simulator/labs/demo/lab.yaml --port 1883")
    .action(async (file: string, flags) => finish(await (await import("./commands/broker.ts")).broker(file, flags)));

  program
    .command("world <lab>")
    .description("run a simulated lab's world and its instruments in a process of their own")
    .requiredOption("--data <dir>", "data folder; the address is left in its folder world")
    .option("--seed <n>", "seed of everything random in the world; chosen and kept when not given")
    .option("--scale <n>", "how much faster than life the lab runs")
    .addOption(json())
    .addHelpText("after", "\n  labloop world simulator/labs/demo/lab.yaml --data out/apart --seed 7")
    .action(async (file: string, flags) => finish(await (await import("./commands/world.ts")).world(file, flags)));

  const host = program
    .command("host <lab>")
    .description("run drivers of a lab's devices in a process of their own")
    .requiredOption("--data <dir>", "data folder; each device's journal is in its folder devices")
    .option("--devices <names>", "these devices, separated by commas; all by default")
    .option("--broker <url>", "the broker where the engine is (LABLOOP_BROKER_URL)")
    .option("--world <file>", "the address that `labloop world` has written, if it is not in --data")
    .addOption(isolation())
    .addOption(json())
    .addHelpText(
      "after",
      "\n  labloop host simulator/labs/demo/lab.yaml --devices arm,balance --broker mqtt://127.0.0.1:1883 --data out/apart",
    )
    .action(async (file: string, flags) => finish(await (await import("./commands/host.ts")).host(file, flags)));
  for (const option of networkOptions()) host.addOption(option);

  program
    .command("secure <lab>")
    .description("make keys, credentials and a broker's configuration for a lab on a network")
    .requiredOption("--out <dir>", "an empty or new folder")
    .option("--host <names...>", "names and addresses of the broker's machine; by default this one's")
    .option("--port <n>", "where the broker will listen", "8883")
    .option("--stop <names...>", "buttons or panels that may stop the lab and nothing else; by default panel")
    .addOption(json())
    .addHelpText("after", "\n  labloop secure simulator/labs/demo/lab.yaml --out out/keys --host broker.lab.example")
    .action(async (file: string, flags) => finish((await import("./commands/secure.ts")).secure(file, flags)));

  program
    .command("check <files...>")
    .description("check a lab's files, declarations of devices too; every fault at once, with line and column")
    .addOption(lab())
    .addOption(json())
    .addHelpText("after", "\n  labloop check protocols/crossed-barrel/campaign.yaml simulator/labs/demo/lab.yaml")
    .action(async (files: string[], flags) => finish(await (await import("./commands/check.ts")).check(files, flags)));

  program
    .command("replay <dir>")
    .description("verify a journal's hash chain and fold it from its first event")
    .addOption(json())
    .addHelpText("after", "\n  labloop replay .labloop/demo-1")
    .action(async (dir: string, flags) => finish(await (await import("./commands/replay.ts")).replay(dir, flags)));

  program
    .command("export <dir>")
    .description("write a campaign's observations, failures included, as a data set that stands alone")
    .option("--format <kind>", "csv or parquet", "csv")
    .option("--out <folder>", "where to write; by default the folder export in the data folder")
    .option("--allow-closed", "export data that are labelled closed")
    .option("--photos", "copy the photos of steps into it")
    .addOption(json())
    .addHelpText("after", "\n  labloop export .labloop/demo-1 --format parquet --out out/demo-1")
    .action(async (dir: string, flags) => finish((await import("./commands/export.ts")).exportData(dir, flags)));

  program
    .command("report <dir>")
    .description("write a campaign's report as one HTML file that opens without a network")
    .option("--out <file>", "where to write; by default report.html in the data folder")
    .addOption(json())
    .addHelpText("after", "\n  labloop report .labloop/demo-1")
    .action(async (dir: string, flags) => finish((await import("./commands/report.ts")).report(dir, flags)));

  program
    .command("watch")
    .description("follow a running campaign from another terminal, and steer it")
    .option("--url <url>", "address of its dashboard", "http://127.0.0.1:4820")
    .addOption(json())
    .addHelpText("after", "\n  labloop watch --url http://127.0.0.1:4821")
    .action(async (flags) => finish(await (await import("./commands/watch.ts")).watch(flags)));

  program
    .command("propose <study> <data>")
    .description("what to make next, from a study (YAML) and a table of what was made before (CSV)")
    .option("--count <n>", "how many designs", "1")
    .option("--seed <n>", "seed of everything random; equal files and seeds give equal answers", "1")
    .addOption(json())
    .addHelpText("after", "\n  labloop propose study.yaml data.csv --count 4")
    .action(async (study: string, data: string, flags) =>
      finish(await (await import("./commands/propose.ts")).propose(study, data, flags)),
    );

  program
    .command("bench <pool>")
    .description("how much faster than random would this have been on past data, which a POOL.yaml describes")
    .option("--seeds <n>", "campaigns of each method", "50")
    .option("--first-seed <n>", "seed of the first of them, to add campaigns to an earlier bench", "1")
    .option("--budget <n>", "experiments of each campaign, the random starts included", "60")
    .option("--batch <n>", "how many experiments are made side by side", "1")
    .option("--methods <list>", "any of labloop, random, sobol, peer:COMMAND", "labloop,random,sobol")
    .option("--threads <n>", "how many campaigns run side by side", "2")
    .option("--out <folder>", "write bench.json and bench.svg there")
    .addOption(json())
    .addHelpText("after", "\n  labloop bench test/bench/pools/crossed_barrel/pool.yaml --seeds 20")
    .action(async (file: string, flags) => finish(await (await import("./commands/bench.ts")).bench(file, flags)));

  program
    .command("devices [data]")
    .description("say what a lab's devices can do, and how their instruments are, where drivers run that know")
    .addOption(lab())
    .option("--data <dir>", "data folder of what runs, or the folder above it (LABLOOP_DATA)")
    .addOption(json())
    .addHelpText("after", "\n  labloop devices --lab simulator/labs/demo/lab.yaml\n  labloop devices .labloop/demo-1")
    .action(async (folder: string | undefined, flags) =>
      finish(await (await import("./commands/devices.ts")).devices(folder, flags)),
    );

  program
    .command("schema <file>")
    .description("write what a lab's devices declare, for people, editors, and programs; or what a declaration may say")
    .option("--format <kind>", "json-schema, markdown, td, asyncapi, python or editor", "json-schema")
    .option("--out <dir>", "write files there; by default everything goes to stdout")
    .option("--broker <url>", "where td and asyncapi say that the devices are found", "mqtt://127.0.0.1:1883")
    .addOption(json())
    .addHelpText(
      "after",
      "\n  labloop schema simulator/labs/demo/lab.yaml --format editor --out out/schemas\n  labloop schema pump.yaml --format editor --out schemas",
    )
    .action(async (file: string, flags) => finish(await (await import("./commands/schema.ts")).schema(file, flags)));

  addDoubtCommands(program, finish);
  addConformanceCommand(program, finish);

  program
    .command("chaos")
    .description("see what happens when parts of a lab are killed")
    .command("demo")
    .description(
      "kill engine and driver in the middle of an act, on a small simulated campaign, and tell what comes of it",
    )
    .addOption(json())
    .addHelpText("after", "\n  labloop chaos demo")
    .action(async (flags) => finish(await (await import("./commands/chaos.ts")).chaosDemo(flags)));

  program
    .command("start")
    .description("run the demo campaign, or resume the newest unfinished one")
    .action(async () => finish(await (await import("./commands/start.ts")).start()));

  return program;
}

async function main(): Promise<ExitCode> {
  let code: ExitCode = exitCode.done;
  try {
    await commands((ended) => {
      code = ended;
    }).parseAsync();
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCode.done : exitCode.usage;
    const error = fewOpenFiles(thrown, openFileLimit) ?? thrown;
    if (!(error instanceof LabError)) throw error;
    const { code: faultCode, message, hint } = error;
    if (process.argv.includes("--json")) printJson({ v: 1, type: "error", code: faultCode, message, hint });
    say(`labloop: ${message} [${faultCode}]${hint === undefined ? "" : `\n    ${hint}`}`);
    if (faultCode.startsWith("usage.") || faultCode === "run.differentCampaign") return exitCode.usage;
    return passing.has(faultCode) ? exitCode.tryAgain : exitCode.failed;
  }
}

process.on("unhandledRejection", (reason) => {
  throw reason;
});
const hasLost = outliveReaders(process);
process.once("exit", (code) => {
  if (code === exitCode.done && hasLost()) process.exitCode = exitCode.failed;
});
forgetEmptyVariables(process.env);
const isDone = tellEarlyEnd(process, (fault) => {
  const { code, message, hint } = fault;
  if (process.argv.includes("--json")) printJson({ v: 1, type: "error", code, message, hint });
  say(faultText(fault));
});
process.exitCode = await main();
isDone();
endLeftovers();
