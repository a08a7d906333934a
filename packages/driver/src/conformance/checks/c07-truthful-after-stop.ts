import type { Execute, Report } from "@labloop/contracts";
import type { Check, Figures } from "../check.ts";
import { describe, type Scene } from "../scene.ts";
import { claim, NotRun } from "../verdict.ts";
import { started } from "./c04-disturbed-network.ts";
import { type CleanAct, forEachAct, spread, takeUp } from "./against-the-plant.ts";

/** Moments of an act at which it is stopped, besides those around its beginning; chosen. */
const mostMoments = 4;
/** So soon after it was sent a command is being prepared, ms of link time. */
const atOnceMs = 3;
/**
 * From a stop to the death of the driver, ms of link time: before the stop is out, while it is on its way over the wire,
 * once it was taken, and after its end was told.
 */
const lagsMs = { virtual: [0, 1, 2, 4, 30], real: [150] };
/** A stop is written into the journal before it goes out, and its outcome before it is told; one more for parts of results. */
const brinksOfStop = { virtual: 3, real: 1 };

/** An act that has no more than this left, ms, may come to its end before a stop reaches it; chosen. */
const wholeAfterMs = { virtual: 100, real: 1_500 };

/** So many ms after it was sent, in real time after it is told to have started; or at that word. */
type Moment = number | "started";
/** How an act is asked to stop. */
type Way = "cancel" | "estop";
/** When the driver dies: before it hears of the stop, so many ms after it, or at a write of its journal or a message on its wire. */
type Death =
  | { readonly at: "before" }
  | { readonly at: "lag"; readonly ms: number }
  | { readonly at: "brink"; readonly nth: number; readonly when: "before" | "after" };

export const truthfulAfterStop: readonly Check[] = [
  {
    id: "C7.5",
    promise:
      "Stopped at any moment of an act, it says what the plant has done: nothing half done is told as whole, nor as stopped what goes on; what a cancel can stop, an E-STOP stops too.",
    fix: "see that stop and halt reach the instrument, which has to stand still before the end is told; a count of finished acts proves nothing of a stopped one: unsure is not decisive; isWhole only where the instrument tells a whole act from one cut short",
    needs: ["acts"],
    run: (scene) =>
      forEachStopped(scene, async (clean, judged) => {
        let stopped = 0;
        for (const way of ["cancel", "estop"] as const) {
          for (const moment of momentsOf(scene, clean, way)) {
            await judged(`${called[way]} ${within(moment, clean)}`, async (next) => {
              const wholesBefore = (await next.rig.wholes?.()) ?? 0;
              const execute = await underWay(next, clean, moment);
              await stopBy(way, next, execute);
              const end = await next.end(execute.commandId);
              await claimCut(next, end, { clean, moment, wholesBefore });
              return { execute, end };
            });
            stopped++;
          }
        }
        return stopped;
      }),
  },
  stoppedAndKilled({
    id: "C7.6",
    way: "cancel",
    promise: "Cancelled and killed in one, whichever comes first, it says after its restart what the plant has done.",
    fix: "the stop is durable before its first byte (D8), and after a restart an unchanged count of finished acts proves nothing: say unknown, and nobody does it again",
  }),
  stoppedAndKilled({
    id: "C7.7",
    way: "estop",
    promise:
      "Killed around an E-STOP, whichever comes first, it says after its restart what the plant has done of the act that was under way.",
    fix: "latch and mark what is running in one write before motion is cut (S2, S3), cut again after the restart, and say unknown where the count cannot tell",
  }),
];

/**
 * What was told to have been stopped is not brought to its end afterwards, and what may be stopped is not before that either:
 * a count of finished acts shows a stop that stops nothing, however long it is waited for.
 */
async function claimCut(
  scene: Scene,
  end: Report,
  { clean, moment, wholesBefore }: { readonly clean: CleanAct; readonly moment: Moment; readonly wholesBefore: number },
): Promise<void> {
  const { wholes, isVirtual } = scene.rig;
  if (wholes === null) return;
  const toldAt = await wholes();
  await scene.pass(clean.tookMs);
  const finished = await wholes();
  claim(
    end.state !== "failed" || finished === toldAt,
    () => `it was told to have ended as ${describe(end)}, and the plant went on to its end`,
  );
  const leftMs = clean.tookMs - (moment === "started" ? 0 : moment);
  if (!scene.op(clean.op).stoppable || leftMs <= wholeAfterMs[isVirtual ? "virtual" : "real"]) return;
  claim(
    finished === wholesBefore,
    () => `the plant carried it out to its end all the same, and it was told to have ended as ${describe(end)}`,
  );
}

/** As `forEachAct`, where somebody can tell half an act from a whole one. */
async function forEachStopped(scene: Scene, disturb: Parameters<typeof forEachAct>[1]): Promise<Figures> {
  const { isVirtual, wholes } = scene.rig;
  if (isVirtual || wholes !== null) return forEachAct(scene, disturb);
  throw new NotRun(
    "nobody tells how often the equipment has finished an act: have --count-command print that number after the first, or the plant tell it as wholes",
  );
}

const called = { cancel: "cancelled", estop: "stopped by an E-STOP" } as const;

function stoppedAndKilled(about: Pick<Check, "id" | "promise" | "fix"> & { readonly way: Way }): Check {
  const { way, ...texts } = about;
  return {
    ...texts,
    needs: ["restart", "acts"],
    run: (scene) =>
      forEachStopped(scene, async (clean, judged) => {
        const isMoot = way === "cancel" && !scene.op(clean.op).stoppable && !scene.rig.isVirtual;
        const deaths = deathsOf(scene).filter(({ at }) => !isMoot || at === "lag");
        const moments = momentsOf(scene, clean, way);
        for (const moment of moments) {
          for (const death of deaths) {
            await judged(
              `${called[way]} ${within(moment, clean)}, and killed ${wordsOf(death, scene)}`,
              async (next) => {
                const execute = await underWay(next, clean, moment);
                await stopAndDie(way, death, next, execute);
                return takeUp(next, execute);
              },
            );
          }
        }
        return moments.length * deaths.length;
      }),
  };
}

async function underWay(scene: Scene, { op }: CleanAct, moment: Moment): Promise<Execute> {
  const execute = scene.order({ op });
  await scene.send(execute);
  // How long a busy machine takes before the first byte is no part of the act.
  if (moment === "started" || !scene.rig.isVirtual) await started(scene, execute);
  if (moment !== "started") await scene.pass(moment);
  return execute;
}

function within(moment: Moment, { tookMs }: CleanAct): string {
  return moment === "started" ? "as soon as it had started" : `${moment} ms into an act of ${Math.round(tookMs)} ms`;
}

/** Stops the act and kills the driver, in the order that the death asks for, and has it started again. */
async function stopAndDie(way: Way, death: Death, scene: Scene, execute: Execute): Promise<void> {
  const { restart, brink } = scene.rig;
  if (death.at === "before") {
    // What is asked of a driver that is not there: a broker keeps an E-STOP for it, and a cancel is sent again.
    await restart?.kill();
    if (way === "estop") await stopBy(way, scene, execute);
    await scene.restart();
    if (way === "cancel") await stopBy(way, scene, execute);
    return;
  }
  if (death.at === "brink") brink?.dieAt(brink.count() + death.nth, death.when);
  await stopBy(way, scene, execute);
  await scene.pass(death.at === "lag" ? death.ms : 200);
  // A stop that is never carried out writes less than others, and the next start is to live.
  brink?.dieAt(Number.POSITIVE_INFINITY, "after");
  await scene.restart();
}

async function stopBy(way: Way, scene: Scene, execute: Execute): Promise<void> {
  if (way === "cancel") await scene.cancel(execute);
  else await scene.estop(true);
}

function deathsOf({ rig }: Scene): Death[] {
  const setting = rig.isVirtual ? "virtual" : "real";
  const lags = lagsMs[setting].map((ms): Death => ({ at: "lag", ms }));
  const brinks = Array.from({ length: rig.brink === null ? 0 : brinksOfStop[setting] }, (_, nth) =>
    (["before", "after"] as const).map((when): Death => ({ at: "brink", nth, when })),
  ).flat();
  // One command that kills and starts leaves no time in between.
  const before: Death[] = rig.restart?.isOne === true ? [] : [{ at: "before" }];
  return [...before, ...lags, ...brinks];
}

function wordsOf(death: Death, { rig }: Scene): string {
  if (death.at === "before") return "before it heard of that";
  if (death.at === "lag") return `${death.ms} ms after that`;
  return `${death.when} ${rig.brink?.unit} ${death.nth + 1} from then on`;
}

/** When an act is stopped: one that cannot be cancelled goes on, and once will do. */
function momentsOf(scene: Scene, { op, tookMs, ranMs }: CleanAct, way: Way): Moment[] {
  if (!scene.rig.isVirtual) return spread(ranMs, 2).slice(0, 1);
  const isOnce = way === "cancel" && !scene.op(op).stoppable;
  return isOnce ? spread(tookMs, 2).slice(0, 1) : [atOnceMs, "started", ...spread(tookMs, mostMoments)];
}
