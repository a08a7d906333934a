import { effect } from "@preact/signals";
import type { Format } from "../i18n/format.ts";
import type { FeedLink } from "../feed/feed-client.ts";
import type { FeedStore } from "../feed/feed-store.ts";
import type { Announcer } from "./announcer.ts";

/** Says what a person would want to hear of without looking: a new phase, a new best, a step in doubt, the link's return. */
export function announceChanges(around: {
  readonly store: FeedStore;
  readonly link: () => FeedLink;
  readonly format: () => Format;
  readonly announcer: Announcer;
}): () => void {
  const { store, announcer } = around;
  let known: { phase: string; best: number | null; front: number; held: readonly string[] } | null = null;
  let wasStale = false;
  const stopLink = effect(() => {
    const { isStale, heardAt } = around.link();
    const { say } = around.format();
    const phase = store.campaign.peek()?.phase;
    const isOver = phase === "finished" || phase === "aborted";
    if (isStale && !wasStale && heardAt !== null && !isOver) announcer.say(say.announce.stale);
    if (!isStale && wasStale && heardAt !== null) announcer.say(say.link.back);
    wasStale = isStale;
  });
  const stopState = effect(() => {
    const campaign = store.campaign.value;
    const { say, count, quantity } = around.format();
    if (campaign === null) {
      known = null;
      return;
    }
    const runs = store.runs.all.value.filter(({ phase }) => phase === "held");
    const now = {
      phase: campaign.phase,
      best: campaign.bestMeasured?.value ?? null,
      front: campaign.front?.length ?? 0,
      held: runs.map(({ runId }) => runId),
    };
    const before = known;
    known = now;
    if (before === null) return;
    const doubted = runs.find(({ runId }) => !before.held.includes(runId));
    if (now.phase !== before.phase) announcer.say(say.announce.phase(say.phase[campaign.phase]));
    else if (doubted !== undefined) announcer.say(say.announce.doubt(say.run(count(doubted.number))));
    else if (now.front !== before.front) announcer.say(say.announce.front(count(now.front), now.front));
    else if (now.best !== null && now.best !== before.best && campaign.objective !== null) {
      announcer.say(say.announce.best(quantity(now.best, campaign.objective.unit)));
    }
  });
  return () => {
    stopLink();
    stopState();
  };
}
