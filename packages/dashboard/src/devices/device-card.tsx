import type { DeviceView } from "../feed/watched.ts";
import { staleAfterMs } from "../feed/feed-client.ts";
import { usePage } from "../page/page.tsx";
import { ServerSaid } from "../page/said.tsx";
import { Driver } from "./driver-standing.tsx";

/** One device: what state it is in, when it was heard last, and what it does. */
export function DeviceCard({ name }: { name: string }) {
  const { store, format } = usePage();
  const { say } = format.value;
  const device = store.devices.row(name)?.value;
  const driver = store.pulse.value?.pulse.drivers?.[name];
  if (device === undefined) return driver === undefined ? null : <UnknownDevice name={name} />;
  const { phase, kind, capability, serial, message } = device;
  return (
    <li class="device" data-phase={phase} aria-labelledby={`device-${name}`}>
      <h3 id={`device-${name}`}>{name}</h3>
      <p class={`state state-${phase}`} title={say.devices.meaning[phase]}>
        <span class="state-mark" aria-hidden="true" />
        {say.devices.phase[phase]}
      </p>
      <p class="device-kind quiet" title={serial === null ? undefined : `${say.devices.serial} ${serial}`}>
        {capability === "" ? kind : capability}
      </p>
      <Calibration device={device} />
      <Maintenance device={device} />
      <Heartbeat device={name} />
      {phase !== "offline" && <Health device={name} />}
      <Doing device={device} />
      {phase !== "idle" && phase !== "busy" && <p class="device-meaning">{say.devices.meaning[phase]}</p>}
      {message !== null && (
        <p class="device-message">
          <ServerSaid text={message} />
        </p>
      )}
      <Driver device={name} />
      <Reloads device={device} />
    </li>
  );
}

/** When its driver was loaded anew, by whom, and from which version to which. */
function Reloads({ device: { reloads = [] } }: { device: DeviceView }) {
  const { say, instant } = usePage().format.value;
  return (
    <>
      {reloads.map(({ at, by, from, to }) => (
        <p key={at} class="quiet">
          {say.devices.reloaded(to, from, instant(at), by.name)}
        </p>
      ))}
    </>
  );
}

/** One that has never announced itself, since its driver does not run. */
function UnknownDevice({ name }: { name: string }) {
  const { say } = usePage().format.value;
  return (
    <li class="device" data-phase="offline" aria-labelledby={`device-${name}`}>
      <h3 id={`device-${name}`}>{name}</h3>
      <p class="state state-offline">
        <span class="state-mark" aria-hidden="true" />
        {say.devices.phase.offline}
      </p>
      <Driver device={name} />
    </li>
  );
}

function Calibration({ device: { calibration } }: { device: DeviceView }) {
  const { say } = usePage().format.value;
  if (calibration === undefined) return null;
  const { reference, expires, standing } = calibration;
  return (
    <p class={`calibration ${standing === "valid" ? "quiet" : "is-old"}`}>
      {say.devices.calibration[standing](reference, expires)}
    </p>
  );
}

/** What it needs now and then: how far it is, and what is due. */
function Maintenance({ device: { maintenance = [] } }: { device: DeviceView }) {
  const { say, count } = usePage().format.value;
  const words = say.devices.maintenance;
  return (
    <>
      {maintenance.map(({ name, acts, afterActs, dueAt, standing }) => {
        const day = dueAt === null ? null : new Date(dueAt).toISOString().slice(0, 10);
        const of = afterActs === null ? null : count(afterActs);
        const counted =
          of === null
            ? words.by(name, day ?? "")
            : day === null
              ? words.acts(name, count(acts), of)
              : words.actsBy(name, count(acts), of, day);
        return (
          <p key={name} class={`calibration ${standing === "kept" ? "quiet" : "is-old"}`}>
            {counted}
            {standing !== "kept" && <strong> {words.standing[standing]}</strong>}
          </p>
        );
      })}
    </>
  );
}

/** What its driver knows of the instrument's condition; nothing where it never says so. */
function Health({ device }: { device: string }) {
  const { store, format } = usePage();
  const { say, instant } = format.value;
  const health = store.pulse.value?.pulse.health?.[device];
  if (health === undefined) return null;
  const { state, message, since } = health;
  return (
    <div class="health" data-state={state}>
      <p>{say.devices.health[state](instant(Date.parse(since)))}</p>
      {message !== undefined && (
        <p>
          <ServerSaid text={message} />
        </p>
      )}
    </div>
  );
}

function Heartbeat({ device }: { device: string }) {
  const { store, now, link, format } = usePage();
  const { say, duration, age, time } = format.value;
  const pulse = store.pulse.value;
  const lastAge = pulse?.pulse.heartbeats[device];
  const { isStale, heardAt } = link.value;
  if (pulse === null || lastAge === undefined) {
    return (
      <p class="heartbeat quiet">
        {say.devices.heartbeat}: {say.devices.never}
      </p>
    );
  }
  // What a silent server said last is not the device's age any more.
  if (isStale) {
    return (
      <p class="heartbeat is-old">
        {say.devices.heartbeat}: {say.ago(duration(lastAge))}{" "}
        {heardAt !== null && `(${say.devices.asOf(time(heardAt))})`}
      </p>
    );
  }
  const current = lastAge + Math.max(0, now.value - pulse.at);
  return (
    <p class={`heartbeat ${current > staleAfterMs ? "is-old" : ""}`}>
      {say.devices.heartbeat}: <span data-testid={`heartbeat-${device}`}>{say.ago(age(current))}</span>
    </p>
  );
}

function Doing({ device: { device, doing } }: { device: DeviceView }) {
  const { store, labNow, format } = usePage();
  const { say, duration, count } = format.value;
  if (doing === null) return null;
  const { startedAt, typicalMs, runId, run, step, commandId } = doing;
  const runLink = <a href={`#/runs/${runId}`}>{say.run(count(run))}</a>;
  // Nobody knows whether it goes on: time that passes is no progress.
  if (store.doubts.value.some((doubt) => doubt.commandId === commandId)) {
    return (
      <p>
        <strong>{say.devices.doubted(step)}</strong> {runLink}
      </p>
    );
  }
  const elapsed = startedAt === null || labNow.value === null ? null : Math.max(0, labNow.value - startedAt);
  const reported = store.pulse.value?.pulse.progress[commandId];
  const share = reported ?? (elapsed === null || typicalMs === 0 ? null : Math.min(1, elapsed / typicalMs));
  return (
    <div class="doing">
      <p>
        <strong>{say.devices.doing(step)}</strong> {runLink}
      </p>
      <progress
        {...(share === null ? {} : { value: share })}
        max={1}
        aria-label={say.devices.progress(device)}
        data-reported={reported !== undefined}
      />
      <p class="quiet doing-time">
        {elapsed === null ? say.devices.waitsToStart : duration(elapsed)} / {say.runs.usually(duration(typicalMs))}
      </p>
    </div>
  );
}
