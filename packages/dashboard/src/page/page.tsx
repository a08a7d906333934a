import type { Clock, Receipt } from "@labloop/contracts";
import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import {
  afterFeed,
  afterReceipt,
  afterSilence,
  type Control,
  type ControlRequest,
  newRequest,
  type Subject,
  stillShown,
} from "../control/requests.ts";
import { sendCommand } from "../control/send-command.ts";
import type { FeedClient, FeedLink } from "../feed/feed-client.ts";
import type { FeedStore } from "../feed/feed-store.ts";
import { chooseLanguage } from "../i18n/choose-language.ts";
import { createFormat, type Format } from "../i18n/format.ts";
import type { Language } from "../i18n/catalogues.ts";
import { type Route, readRoute, writeRoute } from "../route/route.ts";
import { type Announcer, createAnnouncer } from "./announcer.ts";
import { labNow } from "./lab-now.ts";

export const themes = ["auto", "light", "dark"] as const;
type Theme = (typeof themes)[number];

/** What every part of the page draws from and acts through. */
export interface Page {
  readonly store: FeedStore;
  readonly link: ReadonlySignal<FeedLink>;
  readonly feed: FeedClient;
  /** The page's clock, a few times a second, and the lab's. */
  readonly now: ReadonlySignal<number>;
  readonly labNow: ReadonlySignal<number | null>;
  readonly format: ReadonlySignal<Format>;
  readonly language: Signal<Language>;
  readonly theme: Signal<Theme>;
  readonly route: ReadonlySignal<Route>;
  readonly requests: ReadonlySignal<readonly ControlRequest[]>;
  readonly announcer: Announcer;
  go(route: Route): void;
  /** Asks for something on a person's behalf; a reason that goes without saying is filled in. */
  ask(control: Control, asked?: Asked): void;
  /** Takes a refusal off the screen. */
  dismiss(id: number): void;
}

/** What goes with a request. */
interface Asked {
  /** What is sent besides what is asked for. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly subject?: Subject;
}

const tickMs = 250;

/** Returns the page around a feed; nothing is drawn yet. */
export function createPage({ store, feed, clock }: { store: FeedStore; feed: FeedClient; clock: Clock }): Page {
  const now = signal(clock.now());
  const tick = () => {
    now.value = clock.now();
    requests.value = stillShown(requests.value, now.value);
    clock.at(now.value + tickMs, tick);
  };
  const language = signal(chooseLanguage(location.search, readStored("labloop.language"), navigator.languages));
  const theme = signal<Theme>(themes.find((each) => each === readStored("labloop.theme")) ?? "auto");
  const route = signal(readRoute(location.hash));
  const requests = signal<readonly ControlRequest[]>([]);
  const format = computed(() => createFormat(language.value));
  const announcer = createAnnouncer(clock);
  let asked = 0;

  addEventListener("hashchange", () => {
    route.value = readRoute(location.hash);
  });
  effect(() => {
    document.documentElement.lang = language.value;
    document.documentElement.dataset["theme"] = theme.value;
  });
  const feedState = () => ({
    seq: store.seq.value,
    phase: store.campaign.value?.phase ?? null,
    isStopActive: store.estop.value?.active === true,
  });
  effect(() => {
    const state = feedState();
    requests.value = requests.peek().map((request) => afterFeed(request, state, clock.now()));
  });
  const change = (id: number, next: (request: ControlRequest) => ControlRequest) => {
    requests.value = requests.value.map((each) =>
      each.id === id ? afterFeed(next(each), feedState(), clock.now()) : each,
    );
  };
  tick();

  return {
    store,
    link: feed.link,
    feed,
    now,
    labNow: computed(() => {
      const { isStale, heardAt } = feed.link.value;
      const frozenAt = isStale ? heardAt : null;
      return labNow({ campaign: store.campaign.value, pulse: store.pulse.value, now: now.value, frozenAt });
    }),
    format,
    language,
    theme,
    route,
    requests,
    announcer,
    go(next) {
      location.hash = writeRoute(next);
    },
    ask(control, { fields, subject } = {}) {
      asked += 1;
      const id = asked;
      requests.value = [...requests.value, newRequest(id, control, clock.now(), feedState(), subject)];
      const { control: say } = format.value.say;
      const usual = control in say.reasons ? { reason: say.reasons[control as keyof typeof say.reasons] } : {};
      sendCommand(control, fields ?? usual).then(
        (receipt: Receipt) => change(id, (request) => afterReceipt(request, receipt)),
        () => change(id, (request) => afterSilence(request, say.undelivered)),
      );
    },
    dismiss(id) {
      requests.value = requests.value.filter((request) => request.id !== id);
    },
  };
}

/** Keeps a choice for the next visit, where the browser allows it. */
export function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing still shows the choice until it is closed.
  }
}

export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export const PageContext = createContext<Page | null>(null);

/** Returns the page that a part belongs to. */
export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error("this part is drawn outside the page");
  return page;
}
