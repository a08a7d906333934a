import { usePage } from "./page.tsx";

/**
 * Says that what is shown may not be true any more, and since when; nothing while the feed is live. It counts up, so it is
 * no live region itself: the fact is announced once, apart.
 */
export function LinkBanner() {
  const { store, link, feed, now, format } = usePage();
  const { say, duration, time } = format.value;
  const { phase, isStale, heardAt, retryAt } = link.value;
  if (phase === "incompatible") {
    return (
      <p class="banner" role="alert">
        {say.link.incompatible}{" "}
        <button type="button" class="small" onClick={() => location.reload()}>
          {say.link.reload}
        </button>
      </p>
    );
  }
  if (!isStale) return null;
  const campaignPhase = store.campaign.value?.phase;
  // labloop ends with its campaign: its silence then is no news, and nobody has to wait for it.
  if (heardAt !== null && (campaignPhase === "finished" || campaignPhase === "aborted")) {
    return <p class="banner is-over">{say.link.over(time(heardAt))}</p>;
  }
  const left = retryAt === null ? null : Math.max(0, retryAt - now.value);
  return (
    <div class="banner">
      <p>
        <strong>
          {heardAt === null
            ? say.link.never(duration(now.value - openedAt(now.value)))
            : say.link.stale(duration(wholeSeconds(now.value - heardAt)), time(heardAt))}
        </strong>{" "}
        {left === null || left < 500 ? say.link.retrying : say.link.retry(duration(wholeSeconds(left)))}
      </p>
      {retryAt !== null && (
        <button type="button" class="small" onClick={() => feed.hurry()}>
          {say.link.now}
        </button>
      )}
    </div>
  );
}

let firstSeenAt: number | null = null;

function openedAt(now: number): number {
  firstSeenAt ??= now;
  return firstSeenAt;
}

function wholeSeconds(ms: number): number {
  return Math.max(1_000, Math.round(ms / 1_000) * 1_000);
}
