import { isStable } from "../is-stable.ts";
import type { Scene } from "../scene.ts";

/** How often the count is read in the middle of an act, and how many readings tell that it stands still; chosen. */
const looks = 10;
const enough = 3;

/**
 * Returns whether the plant counts an act only once it is over: so many readings find the count unmoved, the last of them
 * in the second half of the time from the word that the act has started to its end, and it has risen after that. Of an act
 * that was cut short such a count says that it never began.
 */
export async function isCountedLate(scene: Scene, op: string, tookMs: number): Promise<boolean> {
  const { clock } = scene.rig;
  const before = await scene.acts();
  const execute = scene.order({ op });
  const states = () => scene.reports(execute.commandId).map(({ state }) => state);
  const isOver = () => states().some(isStable);
  await scene.send(execute);
  await scene.until(() => states().includes("started"), tookMs + 1_000);
  const startedAt = clock.now();
  let unmoved = 0;
  let unmovedAt = startedAt;
  while (!isOver()) {
    const at = clock.now();
    if ((await scene.acts()) > before) break;
    unmoved++;
    unmovedAt = at;
    await scene.until(isOver, Math.max(1, tookMs / looks));
  }
  await scene.end(execute.commandId);
  const lastedMs = clock.now() - startedAt;
  await scene.ack([execute.commandId]);
  return unmoved >= enough && unmovedAt - startedAt > lastedMs / 2 && (await scene.acts()) > before;
}
