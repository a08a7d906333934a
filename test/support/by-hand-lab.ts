import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./launch.ts";

/**
 * Puts the campaign of human steps into a folder, with a person who takes a photo of what they make. In a real lab nobody
 * answers for them. Returns its campaign file and where its data go. The folder is made.
 */
export function byHandLab(
  folder: string,
  experiments: number,
  mode: "real" | "simulated" = "real",
): { readonly campaign: string; readonly data: string } {
  mkdirSync(folder, { recursive: true });
  const [protocol, lab] = ["protocols/by-hand", "simulator/labs/by-hand"].map((each) => join(root, each)) as [
    string,
    string,
  ];
  for (const name of ["protocol.yaml", "candidates.csv"]) copyFileSync(join(protocol, name), join(folder, name));
  const cylinder = /^ +cylinder: \{ type: string.*\n/m;
  const person = readFileSync(join(lab, "person.yaml"), "utf8");
  const photo = "      picture: { type: photo, maxBytes: 2000000, description: the whole cylinder }\n";
  writeFileSync(join(folder, "person.yaml"), person.replace(cylinder, `$&${photo}`));
  const simulated = readFileSync(join(lab, "lab.yaml"), "utf8").replace("../../worlds", join(root, "simulator/worlds"));
  const real = simulated.replace("mode: simulated", "mode: real").replace(/^world:.*\n/m, "");
  writeFileSync(join(folder, "lab.yaml"), mode === "real" ? real : simulated);
  const campaign = readFileSync(join(protocol, "campaign.yaml"), "utf8")
    .replace(/^lab:.*$/m, "lab: lab.yaml")
    .replace(/experiments: \d+/, `experiments: ${experiments}`);
  writeFileSync(join(folder, "campaign.yaml"), campaign);
  return { campaign: join(folder, "campaign.yaml"), data: join(folder, "data") };
}
