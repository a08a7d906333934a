import { ControlStrip } from "../control/control-strip.tsx";
import { usePage } from "../page/page.tsx";
import { Said } from "../page/said.tsx";
import { situationSentences } from "./sentence.ts";

/** What is happening, in a sentence and in numbers, and what can be done about it. */
export function StatusPanel() {
  const { store, link, format } = usePage();
  const { say } = format.value;
  const campaign = store.campaign.value;
  const isKnown = store.feedId.value !== null;
  const [first, ...rest] = isKnown
    ? situationSentences(
        {
          campaign,
          experiments: store.experiments.all.value,
          runs: store.runs.all.value,
          devices: store.devices.all.value,
          estop: store.estop.value,
        },
        format.value,
      )
    : [say.sentence.connecting];
  return (
    <section class="status" data-phase={campaign?.phase ?? "none"} data-stale={link.value.isStale}>
      <div class="status-words">
        {campaign !== null && (
          <p class="status-campaign">
            <span class={`phase phase-${campaign.phase}`}>{say.phase[campaign.phase]}</span> {campaign.campaign}
          </p>
        )}
        <h1 class="status-sentence">
          <Said text={first ?? ""} />
        </h1>
        {rest.map((sentence) => (
          <p class="status-more" key={sentence}>
            <Said text={sentence} />
          </p>
        ))}
      </div>
      <ControlStrip />
      <Facts />
    </section>
  );
}

function Facts() {
  const { store, format, labNow } = usePage();
  const { say, count, duration, instant } = format.value;
  const campaign = store.campaign.value;
  if (campaign === null) return null;
  const { done, failed, inFlight, budget, startedAt, endedAt, control } = campaign;
  const { facts } = say;
  const at = endedAt ?? labNow.value;
  return (
    <div class="facts">
      <progress class="budget" max={budget} value={done} aria-label={facts.progress(count(done), count(budget))} />
      <dl aria-label={facts.title}>
        <Fact name={facts.done} value={`${count(done)} / ${count(budget)}`} />
        <Fact name={facts.failed} value={count(failed)} />
        <Fact name={facts.inFlight} value={count(inFlight)} />
        <Fact name={facts.elapsed} value={at === null ? "–" : duration(at - startedAt)} />
        {control !== undefined && (
          <Fact
            name={facts.control}
            value={control.isAccepted ? facts.accepted(count(control.count)) : facts.outside(control.message)}
          />
        )}
        <Fact name={facts.labTime} value={at === null ? "–" : instant(at)} />
      </dl>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
