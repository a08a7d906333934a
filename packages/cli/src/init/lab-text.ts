import { type LabAnswers, labNameOf } from "./lab-answers.ts";
import { bench } from "./campaign-without.ts";
import type { KnownDevice } from "./known-devices.ts";

/** Returns the text of a first `lab.yaml`: its devices, each simulated until the instrument takes its place. */
export function labText(answers: LabAnswers): string {
  const { title, owner, contact, location, further, isWithout = false } = answers;
  const at = JSON.stringify(location);
  return `# What this lab has. After every change:
#   labloop check lab.yaml   and   labloop doctor lab.yaml
schemaVersion: 1
lab: ${JSON.stringify(labNameOf(title))}   # in topics and file names: a-z, 0-9, - and _
title: { en: ${JSON.stringify(title)} }
owner: ${JSON.stringify(owner)}   # who answers for the lab
contact: ${JSON.stringify(contact)}   # whom to ask; stands in every exported data set

# simulated: every device below with a plant is made up by the world. Put
# instruments in their place one by one, each with the lines after "yours:", and
# run with --clock real from the first on. When none is left: mode: real, and
# remove the line world.
mode: simulated
world: "@labloop/simulator/worlds/starter"

devices:
${isWithout ? "" : firstBlocks(at)}${further.map((device) => blockOf(device, at)).join("")}
# Positions that are no devices, such as a rack or a bin. Whatever carries goes
# from one position or device to another, by these names.
places: [${placesOf(answers).join(", ")}]

safety:
  # What nobody may ask for, neither protocol nor optimizer nor person.
${isWithout ? "  # " : "  "}envelope:
${isWithout ? "  # " : "  "}  - capability: dosing-pump
${isWithout ? "  # " : "  "}    operation: dose
${isWithout ? "  # " : "  "}    limits: { speed: { max: 300 rpm }, time: { max: 10 s } }
${isWithout ? "  envelope: []\n" : ""}`;
}

/** The balance and the pump that doses onto it. */
const firstBlocks = (at: string) => `  balance:
    # An installed package, or a path such as ./drivers/balance.ts
    module: "@labloop/device-mettler-toledo-mt-sics"
    capability: balance   # what protocols may ask of it; its driver must agree
    location: ${at}
    # From its plate, where the driver cannot ask for it:
    # serialNumber: B123456789
    # firmware: "1.10"
    transport: { plant: mt-sics }
    # yours: transport: { tcp: "192.168.0.20:4001" }
    #    or: { serial: /dev/ttyUSB0, baudRate: 9600 }   (Windows: COM3)
    calibration: { reference: simulated, expires: null }
    # yours: calibration: { reference: CERT-2026-17, done: 2026-03-31 }
    #    or its last day, as in expires: 2027-03-31

  # What else may stand here: the READMEs in labloop's folder devices.
  pump:
    module: "@labloop/device-starter-pump"
    capability: dosing-pump
    location: ${at}
    transport: { plant: starter-pump }
    # What its speed rests on; yours as for the balance.
    calibration: { reference: simulated, expires: null }
    # Counted from the journal, and anew after:
    #   labloop device maintained pump change-tubing --by NAME --reason TEXT
    # maintenance:
    #   - { name: change-tubing, after: { acts: 5000, days: 180 } }
`;

/** A device that the lab owns besides. */
function blockOf(
  { name, what, module, capability, plant, notes = [], lines = [], yours }: KnownDevice,
  at: string,
): string {
  const isMade = module.startsWith("./");
  return `
  # ${what[0]?.toUpperCase()}${what.slice(1)}.
${notes.map((line) => `  # ${line}\n`).join("")}  ${name}:
    module: ${isMade ? module : JSON.stringify(module)}
    capability: ${capability}
    location: ${at}
    transport: { plant: ${plant} }
${yours.map((line, index) => `    # ${index === 0 ? "yours: " : line.startsWith("or:") ? "   " : "       "}${line}\n`).join("")}${lines
  .map((line) => `    ${line}\n`)
  .join("")}    calibration: { reference: simulated, expires: null }
`;
}

function placesOf({ further, isWithout }: LabAnswers): string[] {
  const places = further.flatMap(({ places: own = [] }) => own);
  const takesFromBalance = further.some(({ steps }) => steps.flat().some((line) => line.includes("device(balance)")));
  const hasBalance = isWithout !== true || further.some(({ name }) => name === "balance");
  return takesFromBalance && !hasBalance ? [bench, ...places] : places;
}
