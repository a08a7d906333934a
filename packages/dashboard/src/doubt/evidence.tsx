import type { DoubtView, Json } from "@labloop/contracts";
import { usePage } from "../page/page.tsx";
import { ServerSaid } from "../page/said.tsx";
import { valueText } from "./value-text.ts";

const instants = ["intendedAt", "sentAt", "acceptedAt", "startedAt"] as const;

/** What was ordered, and everything that is known of what became of it. */
export function Evidence({ doubt }: { doubt: DoubtView }) {
  const { format } = usePage();
  const { say, instant, number } = format.value;
  const { trail } = say.doubt;
  const { params, progress, reason, since, evidence, holds } = doubt;
  const held = [...holds.steps, ...holds.devices];
  return (
    <div class="desk-evidence">
      <h4>{say.doubt.ordered}</h4>
      <dl>
        {Object.entries(params).map(([name, value]) => (
          <Row key={name} name={name} value={valueText(value, format.value)} />
        ))}
        <Row name={say.doubt.sample} value={doubt.sampleId} />
        <Row name={say.doubt.command} value={doubt.commandId} />
      </dl>
      <h4>{trail.title}</h4>
      <dl>
        {instants.map((key) => {
          const at = doubt[key];
          return <Row key={key} name={trail[key]} value={at === null ? trail.nothing : instant(at)} />;
        })}
        <Row
          name={trail.progress}
          value={
            progress === null
              ? trail.nothing
              : `${number(Math.round(progress.fraction * 1_000) / 10)} % (${instant(progress.at)})`
          }
        />
        <LastHeartbeat device={doubt.device} />
        <Row name={trail.since} value={instant(since)} />
      </dl>
      <p>
        <ServerSaid text={reason} />
      </p>
      <Found evidence={evidence} />
      <Answers doubt={doubt} />
      {held.length > 0 && <p class="quiet">{say.doubt.holds(say.list(held))}</p>}
    </div>
  );
}

function LastHeartbeat({ device }: { device: string }) {
  const { store, format } = usePage();
  const { say, duration } = format.value;
  const age = store.pulse.value?.pulse.heartbeats[device];
  const phase = store.devices.row(device)?.value.phase;
  const state = phase === undefined ? "" : ` (${say.devices.phase[phase]})`;
  const { trail } = say.doubt;
  return <Row name={trail.heartbeat} value={`${age === undefined ? trail.nothing : say.ago(duration(age))}${state}`} />;
}

/** What the device has answered since, each time it was asked. */
function Answers({ doubt: { probes, isClosing } }: { doubt: DoubtView }) {
  const { format } = usePage();
  const { say, instant } = format.value;
  const { trail } = say.doubt;
  return (
    <>
      <h4>{trail.probes}</h4>
      {probes.length === 0 ? (
        <p class="quiet">{trail.notAsked}</p>
      ) : (
        <ol class="desk-probes">
          {probes.map(({ at, outcome, decisive, evidence }) => (
            <li key={at}>
              {instant(at)}: <strong>{outcome === null ? trail.awaited : trail.outcome[outcome]}</strong>
              {outcome !== null && !decisive && ` (${trail.notDecisive})`}
              <Found evidence={evidence} />
            </li>
          ))}
        </ol>
      )}
      {isClosing && <p class="desk-hazard">{say.doubt.closing}</p>}
    </>
  );
}

/** Evidence as the device put it: names and values, unchanged. */
function Found({ evidence }: { evidence: Readonly<Record<string, Json>> }) {
  const found = Object.entries(evidence);
  if (found.length === 0) return null;
  return (
    <dl class="desk-found">
      {found.map(([name, value]) => (
        <Row key={name} name={name} value={typeof value === "string" ? value : JSON.stringify(value)} />
      ))}
    </dl>
  );
}

function Row({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
