import type { Command } from "commander";
import type { ExitCode } from "./exit-code.ts";

/** Adds `labloop conformance`. */
export function addConformanceCommand(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command("conformance <target>")
    .description(
      "hold a driver against the contract: a module, a declaration, a lab file's device, or mqtt://host:port",
    )
    .option("--device <id>", "which device of the lab file, or of the lab at the broker")
    .option("--plant <file>", "module that plays the equipment of a driver in process")
    .option("--config <json>", "config of a driver that no lab file configures")
    .option("--lab <name>", "over MQTT: the lab, as in its topics")
    .option("--params <file>", "over MQTT: good parameters by operation (YAML), as in shake: { speed: 300 rpm }")
    .option("--start <command>", "over MQTT: starts the driver, which the suite then kills and starts again")
    .option("--wire <host:port>", "with --start: the instrument; the driver finds it at localhost:$LABLOOP_WIRE_PORT")
    .option("--restart-command <command>", "over MQTT, in place of --start: kills the driver and starts it again")
    .option(
      "--count-command <command>",
      "over MQTT: prints how many acts the equipment has begun, counted as each begins, then how many it has finished",
    )
    .option("--real", "over MQTT: test a driver whose equipment is real, and moves")
    .option("--broker-credentials <dir>", "folder with one file a client (LABLOOP_BROKER_CREDENTIALS)")
    .option("--broker-ca <file>", "authority that has signed the broker's certificate (LABLOOP_BROKER_CA)")
    .option("--engine-key <file>", "private key that signs commands (LABLOOP_ENGINE_KEY)")
    .option("--trace <file>", "the recorded trace; by default beside the driver")
    .option("--record", "write the trace of this run there")
    .option("--only <ids>", "checks such as C3.4, or groups such as C3, separated by commas")
    .option("--seed <n>", "seed of everything random; equal seeds give equal runs", "1")
    .option("--soak [n]", "commands of the soak, 10000 for gold, 0 for none; over MQTT none by default")
    .option("--require <level>", "end with exit code 1 below bronze, silver or gold")
    .option("--junit <file>", "write the result as JUnit XML")
    .option("--badge <file>", "write the badge as SVG")
    .option("--json", "one JSON object a line on stdout")
    .addHelpText(
      "after",
      "\n  labloop conformance simulator/labs/demo/lab.yaml --device balance" +
        "\n  labloop conformance mqtt://127.0.0.1:1883 --lab demo --device balance" +
        "\n  labloop conformance mqtt://127.0.0.1:1883 --lab demo --device pump --wire 127.0.0.1:5000 \\" +
        '\n      --start \'python -m labloop_driver pump.py --device pump … --config "{\\"port\\": $LABLOOP_WIRE_PORT}"\' \\' +
        "\n      --count-command './how-often'",
    )
    .action(async (target: string, flags) =>
      finish(await (await import("./commands/conformance.ts")).conformance(target, flags)),
    );
}
