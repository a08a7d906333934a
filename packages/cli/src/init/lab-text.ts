import { type LabAnswers, labNameOf } from "./lab-answers.ts";
import type { KnownDevice } from "./known-devices.ts";

/** Returns the text of a first `lab.yaml`: a balance and a pump, simulated until instruments take their place. */
export function labText(answers: LabAnswers): string {
  const { title, owner, contact, location, further } = answers;
  const at = JSON.stringify(location);
  return `# What this lab has. After every change:  labloop check lab.yaml   and   labloop doctor lab.yaml
schemaVersion: 1
lab: ${JSON.stringify(labNameOf(title))}   # in topics and file names: a-z, 0-9, - and _
title: { en: ${JSON.stringify(title)} }
owner: ${JSON.stringify(owner)}   # who answers for the lab
contact: ${JSON.stringify(contact)}   # whom to ask; stands in every exported data set

# simulated: every device below with a plant is made up by the world. Put instruments in their place one by one, and run
# with --clock real from the first on. When none is left: mode: real, and remove the line world.
mode: simulated
world: "@labloop/simulator/worlds/starter"

devices:
  balance:
    module: "@labloop/device-mettler-toledo-mt-sics"   # an installed package, or a path such as ./drivers/balance.ts
    capability: balance     # what protocols may ask of it; checked against its driver
    location: ${at}
    # serialNumber: B123456789   # from its plate, where the driver cannot ask for it
    transport: { plant: mt-sics }
    # yours: transport: { tcp: "192.168.0.20:4001" }   or   { serial: /dev/ttyUSB0, baudRate: 9600 }   (Windows: COM3)
    calibration: { reference: simulated, expires: null }
    # yours: calibration: { reference: CERT-2026-17, done: 2026-03-31 }   # or its last day, as in expires: 2027-03-31

  # What else may stand here, from text lines to a PC that drops files: the READMEs in labloop's folder devices.
  pump:
    module: "@labloop/device-starter-pump"
    capability: dosing-pump
    location: ${at}
    transport: { plant: starter-pump }
    calibration: { reference: simulated, expires: null }   # what its speed rests on; yours as for the balance
    # Counted from the journal, and anew after:  labloop device maintained pump change-tubing --by NAME --reason TEXT
    # maintenance: [{ name: change-tubing, after: { acts: 5000, days: 180 }, whenDue: hold }]
${further.map(blockOf).join("")}
# Positions that are no devices, such as a rack or a bin.
places: []

safety:
  # What nobody may ask for, neither protocol nor optimizer nor person.
  envelope:
    - capability: dosing-pump
      operation: dose
      limits: { speed: { max: 300 rpm }, time: { max: 10 s } }
`;
}

const notSimulated = "Not simulated by this lab's world: a campaign that uses it needs the real one, and --clock real.";

/** A device that the lab owns and this file does not use yet. */
function blockOf({ name, what, module, note, declaration, lines }: KnownDevice): string {
  const fit = declaration === undefined ? [] : [`Fit ${module.slice(2)} to it: it is an example as it stands.`];
  const notes = [...(note === undefined ? [] : [note]), ...fit, notSimulated];
  return `
  # ${what}: remove the marks and say how it is reached.
${notes.map((line) => `  # ${line}\n`).join("")}  # ${name}:
  #   module: "${module}"
${lines.map((line) => `  #   ${line}\n`).join("")}`;
}
