import { isStable } from "../is-stable.ts";
import type { Scene } from "../scene.ts";

/** How often the count is read in the middle of an act, and how many readings tell that it stands still; chosen. */
const looks = 10;
const enough = 3;

/**
 * Returns whether the plant counts an act only once it is over: from so many readings between the word that it has started
 * and its end, and from one after it. Of an act that was cut short such a count says that it never began.
 */
export async function isCountedLate(scene: Scene, op: string, tookMs: number): Promise<boolean> {
  const before = await scene.acts();
  const execute = scene.order({ op });
  const states = () => scene.reports(execute.commandId).map(({ state }) => state);
  const isOver = () => states().some(isStable);
  await scene.send(execute);
  await scene.until(() => states().includes("started"), tookMs + 1_000);
  let readings = 0;
  let hasRisen = false;
  while (!hasRisen && !isOver()) {
    const counted = await scene.acts();
    if (isOver()) break;
    readings++;
    hasRisen = counted > before;
    await scene.until(isOver, Math.max(1, tookMs / looks));
  }
  await scene.end(execute.commandId);
  await scene.ack([execute.commandId]);
  return !hasRisen && readings >= enough && (await scene.acts()) > before;
}
