import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRealClock } from "@labloop/clock";
import { writeDemoCampaign } from "../chaos/demo-campaign.ts";
import { openDemoLab } from "../chaos/demo-lab.ts";
import { tellCount, tellDriverLost, tellEngineLost, tellMemoryLost } from "../chaos/demo-story.ts";
import { openTeller } from "../chaos/tell-story.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { listenForStop } from "../listen-for-stop.ts";
import { print, printJson, say } from "../say.ts";

/** One experiment is enough for a print and three moves. */
const experiments = 1;

/**
 * `labloop chaos demo`: runs a small campaign in processes of their own and kills some of them in the middle of an act, in
 * front of whoever looks; leaves nothing behind, unless something was not as it should be.
 */
export async function chaosDemo({ json: isJson = false }: { json?: boolean }): Promise<ExitCode> {
  const linkClock = createRealClock();
  const teller = openTeller(linkClock, isJson);
  const folder = mkdtempSync(join(tmpdir(), "labloop-chaos-"));
  const stop = listenForStop();
  let isSound: boolean | null = false;
  try {
    if (!isJson)
      print("labloop chaos demo: broker, world, drivers and engine are processes of their own, and will be killed");
    const demo = writeDemoCampaign(folder, experiments);
    const lab = await openDemoLab(folder, demo, linkClock);
    try {
      const story = async () => {
        await tellEngineLost(lab, teller);
        const move = await tellDriverLost(lab, teller);
        await tellMemoryLost(lab, teller, move);
        return tellCount(lab, teller);
      };
      isSound = await Promise.race([story(), stop.asked.then(() => null)]);
    } finally {
      await lab.close();
    }
  } finally {
    stop.forget();
    if (isSound === false) say(`what happened is kept in ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
  if (isJson) printJson({ v: 1, type: "chaos.finished", isSound });
  if (isSound === null) return exitCode.stoppedByPerson;
  return isSound ? exitCode.done : exitCode.failed;
}
