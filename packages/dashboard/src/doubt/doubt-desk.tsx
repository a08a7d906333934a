import type { DeviceView, DoubtView } from "@labloop/contracts";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { RequestList } from "../control/request-list.tsx";
import type { ControlRequest } from "../control/requests.ts";
import { usePage } from "../page/page.tsx";
import { ServerSaid } from "../page/said.tsx";
import { AnswerForm } from "./answer-form.tsx";
import { AskCard } from "./ask-card.tsx";
import { Evidence } from "./evidence.tsx";
import { SignAct } from "./sign-act.tsx";
import { type WaitsForPerson, waitsForPerson } from "./waits-for-person.ts";

/** Everything that only a person can settle, above all else; nothing where nothing waits. */
export function DoubtDesk() {
  const page = usePage();
  const { store, format } = page;
  const { say, count } = format.value;
  const devices = store.devices.all.value;
  const waits = waitsForPerson({
    campaign: store.campaign.value,
    doubts: store.doubts.value,
    asks: store.asks.value,
    devices,
  });
  const isSettled = ({ control, subject }: ControlRequest) =>
    control !== "reload" && subject !== null && !isOpen(subject.id, waits);
  const title = useFocusAfterSettling(waits.count);
  if (waits.count === 0 && !page.requests.value.some(isSettled)) return null;
  return (
    <section class="desk" aria-labelledby="desk-title">
      <h2 id="desk-title" ref={title} tabIndex={-1}>
        {waits.count === 0 ? say.doubt.nothingLeft : say.doubt.title(waits.count, count(waits.count))}
      </h2>
      <RequestList of={isSettled} />
      {waits.asks.map((ask) => (
        <AskCard key={ask.commandId} ask={ask} isOnly={waits.count === 1} />
      ))}
      {waits.fencesAbove.length > 0 && <Restore devices={waits.fencesAbove} />}
      {waits.doubts.map((doubt) => (
        <DoubtCard key={doubt.commandId} doubt={doubt} isOnly={waits.count === 1} />
      ))}
      {waits.quarantined.map((device) => (
        <QuarantineCard key={device.device} device={device} />
      ))}
    </section>
  );
}

const restore = "restore";

function isOpen(id: string, { asks, doubts, quarantined, fencesAbove }: WaitsForPerson): boolean {
  if (asks.some(({ commandId }) => commandId === id)) return true;
  if (id === restore) return fencesAbove.length > 0;
  return doubts.some(({ commandId }) => commandId === id) || quarantined.some(({ device }) => device === id);
}

/**
 * Whoever settles something by keyboard loses the form under it: the desk's title is where they go on. The focus moves
 * in the turn that takes the form away; after the next paint, a key pressed between the two would be lost.
 */
function useFocusAfterSettling(count: number) {
  const title = useRef<HTMLHeadingElement>(null);
  const known = useRef(count);
  useLayoutEffect(() => {
    const isFewer = count < known.current;
    known.current = count;
    if (isFewer && document.activeElement === document.body) title.current?.focus({ preventScroll: true });
  }, [count]);
  return title;
}

function DoubtCard({ doubt, isOnly }: { doubt: DoubtView; isOnly: boolean }) {
  const { format } = usePage();
  const { say, count } = format.value;
  // Read once: what a person has opened or closed stays so, whatever comes in besides.
  const [isOpenAtFirst] = useState(isOnly);
  const { commandId, run, runId, step, device, op, attempt, retryClass } = doubt;
  const label = say.doubt.label(say.run(count(run)), step, device);
  return (
    <details class="desk-card" open={isOpenAtFirst} data-command={commandId}>
      <summary>
        <strong>{label}</strong> <span class="quiet">{say.doubt.summary(op, count(attempt))}</span>
      </summary>
      <p>
        <strong>{say.runs.doubt}</strong> <a href={`#/runs/${runId}`}>{say.run(count(run))}</a>
      </p>
      <p class={retryClass === "non-repeatable" ? "desk-hazard" : "quiet"}>{say.doubt.retryClass[retryClass]}</p>
      <div class="desk-parts">
        <Evidence doubt={doubt} />
        <AnswerForm doubt={doubt} label={label} />
      </div>
    </details>
  );
}

function QuarantineCard({ device: { device, message } }: { device: DeviceView }) {
  const { say } = usePage().format.value;
  return (
    <details class="desk-card" data-device={device}>
      <summary>
        <strong>{say.doubt.outOfUse(device)}</strong>
      </summary>
      {message !== null && (
        <p>
          <ServerSaid text={message} />
        </p>
      )}
      <SignAct
        control="release"
        subject={{ id: device, label: device }}
        fields={{ device }}
        does={say.doubt.releaseDoes}
        button={say.control.release.name}
      />
    </details>
  );
}

function Restore({ devices }: { devices: readonly string[] }) {
  const { say } = usePage().format.value;
  return (
    <div class="desk-card" role="group" aria-labelledby="restore-title">
      <h3 id="restore-title">{say.doubt.restoreTitle(say.list(devices))}</h3>
      <SignAct
        control="restore"
        subject={{ id: restore, label: say.doubt.restoreLabel }}
        fields={{}}
        does={say.doubt.restoreDoes}
        button={say.control.restore.name}
      />
    </div>
  );
}
