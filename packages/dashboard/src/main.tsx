import "uplot/dist/uPlot.min.css";
import "./styles/page.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { waitsForPerson } from "./doubt/waits-for-person.ts";
import { type FeedHandlers, type FeedSocket, openFeed } from "./feed/feed-client.ts";
import { createFeedStore } from "./feed/feed-store.ts";
import { announceChanges } from "./page/announce-changes.ts";
import { App } from "./page/app.tsx";
import { createBrowserClock } from "./page/browser-clock.ts";
import { createPage } from "./page/page.tsx";

/** A connection to the feed of the server that the page came from. */
function connect({ onOpen, onText, onClose }: FeedHandlers): FeedSocket {
  const address = new URL("/feed", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address);
  socket.addEventListener("open", onOpen);
  socket.addEventListener("message", ({ data }) => onText(String(data)));
  socket.addEventListener("close", onClose);
  return { send: (text) => socket.send(text), close: () => socket.close() };
}

/** Chance for the back-off alone: nothing that is recorded depends on it. */
function chance(): number {
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
  return word / 2 ** 32;
}

const clock = createBrowserClock();
const store = createFeedStore();
const feed = openFeed({ connect, store, clock, chance });
const page = createPage({ store, feed, clock });
// A tab that was asleep, or a machine that was offline, need not wait for its next try.
addEventListener("online", () => feed.hurry());
document.addEventListener("visibilitychange", () => !document.hidden && feed.hurry());
announceChanges({
  store,
  link: () => page.link.value,
  format: () => page.format.value,
  announcer: page.announcer,
});
effect(() => {
  const campaign = store.campaign.value;
  const { say, count } = page.format.value;
  const waits = waitsForPerson({
    campaign,
    doubts: store.doubts.value,
    asks: store.asks.value,
    devices: store.devices.all.value,
  });
  document.title =
    campaign === null
      ? say.titleEmpty
      : say.title(
          `${waits.count === 0 ? "" : `(${count(waits.count)}) `}${count(campaign.done)}/${count(campaign.budget)} ${say.phase[campaign.phase]} · ${campaign.campaign}`,
        );
});
const root = document.getElementById("page");
if (root !== null) render(<App page={page} />, root);
