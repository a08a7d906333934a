import { useEffect, useRef, useState } from "preact/hooks";
import { AlarmsPanel } from "../attention/alarms-panel.tsx";
import { InterlocksPanel } from "../attention/interlocks-panel.tsx";
import { WaitingPanel } from "../attention/waiting-panel.tsx";
import { BestPanel } from "../best/best-panel.tsx";
import { FrontPanel } from "../front/front-panel.tsx";
import { ControlsPanel } from "../controls/controls-panel.tsx";
import { EStopReport } from "../control/e-stop-report.tsx";
import { DoubtDesk } from "../doubt/doubt-desk.tsx";
import { DeviceBoard } from "../devices/device-board.tsx";
import { ExperimentsPanel } from "../experiments/experiments-panel.tsx";
import { NextIdea } from "../proposal/next-idea.tsx";
import { RunPage } from "../runs/run-page.tsx";
import { RunsNow } from "../runs/runs-now.tsx";
import { StatechartPanel } from "../statechart/statechart-panel.tsx";
import { StatusPanel } from "../status/status-panel.tsx";
import { LinkBanner } from "./link-banner.tsx";
import { PageContext, type Page, usePage } from "./page.tsx";
import { TopBar } from "./top-bar.tsx";

/** The whole page. */
export function App({ page }: { page: Page }) {
  return (
    <PageContext.Provider value={page}>
      <TopBar />
      <LinkBanner />
      <Main />
      <Foot />
      <LiveRegion />
    </PageContext.Provider>
  );
}

function Main() {
  const { route, link } = usePage();
  const main = useRef<HTMLElement>(null);
  const current = route.value;
  const place = current.page === "run" ? current.runId : "";
  const isFirst = useRef(true);
  useEffect(() => {
    // Whoever follows a link to a run arrives at its top, with the eye and with the keyboard.
    if (!isFirst.current) {
      main.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    isFirst.current = false;
  }, [place]);
  return (
    <main ref={main} tabIndex={-1} data-stale={link.value.isStale}>
      <EStopReport />
      <DoubtDesk />
      {current.page === "run" ? <RunPage runId={current.runId} /> : <CampaignPage />}
    </main>
  );
}

function CampaignPage() {
  return (
    <>
      <StatusPanel />
      <Panels />
    </>
  );
}

/** What the campaign has come to: one best design, or the front of several objectives. */
function Outcome() {
  const { store } = usePage();
  return store.campaign.value?.objective === null ? <FrontPanel /> : <BestPanel />;
}

const wideEnough = "(width >= 70rem)";

/** Two columns that fill up on their own where there is room, else one, with what needs somebody before the long table. */
function Panels() {
  const { store } = usePage();
  const [isWide, setWide] = useState(matchMedia(wideEnough).matches);
  useEffect(() => {
    const query = matchMedia(wideEnough);
    const onChange = () => setWide(query.matches);
    query.addEventListener("change", onChange);
    return () => query.removeEventListener("change", onChange);
  }, []);
  if (isWide) {
    return (
      <div class="panels is-wide">
        <div class="column">
          <Outcome />
          <ControlsPanel />
          <RunsNow />
          <DeviceBoard />
          <ExperimentsPanel />
        </div>
        <div class="column">
          <NextIdea />
          <AlarmsPanel />
          <WaitingPanel />
          <InterlocksPanel />
          <StatechartPanel />
        </div>
      </div>
    );
  }
  const hasAlarms = store.alarms.keys.value.length > 0;
  return (
    <div class="panels">
      {hasAlarms && <AlarmsPanel />}
      <Outcome />
      <NextIdea />
      <WaitingPanel />
      <InterlocksPanel />
      {!hasAlarms && <AlarmsPanel />}
      <ControlsPanel />
      <RunsNow />
      <DeviceBoard />
      <ExperimentsPanel />
      <StatechartPanel />
    </div>
  );
}

function Foot() {
  const { store, link, format } = usePage();
  const { say, count } = format.value;
  const campaign = store.campaign.value;
  const { phase, isStale } = link.value;
  const word =
    phase === "live" && !isStale ? say.link.live : phase === "connecting" ? say.link.connecting : say.link.lost;
  return (
    <footer class="foot quiet">
      <p data-testid="feed-state" data-seq={store.seq.value} data-link={isStale ? "stale" : phase}>
        {say.link.state(word, count(store.seq.value))}
      </p>
      {campaign !== null && (
        <p>
          {say.journal.title}: {say.journal.events(count(campaign.journal.events))}, {say.journal.head}{" "}
          <code>{campaign.journal.head.slice(0, 12)}</code>
        </p>
      )}
    </footer>
  );
}

function LiveRegion() {
  const { announcer } = usePage();
  return (
    <p class="unseen" role="status" aria-live="polite">
      {announcer.text.value}
    </p>
  );
}
