import { stringify } from "yaml";
import { labNameOf } from "../init/lab-answers.ts";
import { ownSchemaFile, withSchemaLine } from "../lab/declaration-schema.ts";
import { firstPlant, folderTexts } from "./typescript-driver.ts";

/**
 * Returns the files of a first declared instrument: its declaration, and the plant that it is tested against. `modules` is
 * where the compiler and editors find the packages of this installation.
 */
export async function yamlDriver(name: string, modules: string): Promise<Record<string, string>> {
  // A name such as 123 or true is a text only in quotes.
  const kind = labNameOf(name);
  const word = stringify(kind).trim();
  const schema = await ownSchemaFile(family);
  return {
    "driver.yaml": withSchemaLine(declaration(kind, word), `./${schema.name}`),
    "plant.ts": firstPlant(kind),
    [schema.name]: schema.text,
    ...folderTexts(modules),
  };
}

const family = "@labloop/device-text-line";

const declaration = (
  kind: string,
  word: string,
) => `# An instrument that is asked and told in lines of text, over TCP or a serial port; every key is explained in
# devices/text-line/README.md. Its wire, to be replaced by that of your instrument:
#   ID?           NAME SERIAL FIRMWARE
#   DISPENSE 50   OK, or an error
#   STATE?        IDLE 7 50: how many it has begun, ever, and the volume of the last; BUSY 7 50 while it runs
#   HALT          OK
driver: "${family}"
kind: ${word}
capability: ${word} # what protocols ask for
title: { en: ${word} }
manual: title and pages of the manual
terminator: "\\r\\n"
# Who answers: anybody else is another instrument.
identify: { ask: ID?, answer: '^${kind} (?<serial>\\S+) (?<firmware>\\S+)$' }
halt: [HALT]

operations:
  dispense:
    title: Push liquid out
    duration: { typicalMs: 1000, maxMs: 60000 }
    params: { volume: { type: quantity, unit: uL, minimum: 1, maximum: 500 } }
    result: { delivered: { type: quantity, unit: uL } }
    do: [{ ask: "DISPENSE {volume}", answer: ^OK$ }]
    until: { ask: STATE?, done: ^IDLE, everyMs: 200 }
    read: [{ ask: STATE?, answer: '^IDLE \\d+ (?<delivered>\\S+)$' }]
    # After a crash: did it take place? A number that goes up by one with every act tells.
    probe:
      counter: { ask: STATE?, answer: '^\\S+ (?<count>\\d+) ' }
      rises: begin # or end, where only finished acts are counted: the manual says it, or a try
      running: { ask: STATE?, answer: ^BUSY }
`;
