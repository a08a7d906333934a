import type { DriverStanding } from "../feed/watched.ts";
import { RequestList } from "../control/request-list.tsx";
import type { ControlRequest } from "../control/requests.ts";
import { usePage } from "../page/page.tsx";
import { FaultSaid, ServerSaid } from "../page/said.tsx";

/** A device's driver: what went wrong with it, where, the way out, and a button that has it loaded anew. */
export function Driver({ device }: { device: string }) {
  const { store } = usePage();
  const pulse = store.pulse.value?.pulse;
  const standing = pulse?.drivers?.[device];
  const isReloadable = pulse?.reloadable?.includes(device) === true;
  if (standing === undefined && !isReloadable) return null;
  return (
    <>
      {standing !== undefined && <Trouble standing={standing} isReloadable={isReloadable} />}
      {isReloadable && <Reload device={device} />}
    </>
  );
}

function Trouble({ standing, isReloadable }: { standing: DriverStanding; isReloadable: boolean }) {
  const { say, time, count } = usePage().format.value;
  const { state, fault, restarts, retryAt } = standing;
  if (fault === null) return null;
  const { code, message, hint, file, line, at } = fault;
  const words = {
    failed: say.devices.driver.failed,
    starting: say.devices.driver.starting(time(at)),
    running: say.devices.driver.runsAgain(time(at)),
  };
  const isTriedAgain = state === "failed" && retryAt !== null;
  return (
    <div class="driver" data-state={state}>
      <p class="driver-state">{words[state]}</p>
      <p>
        <FaultSaid code={code} text={message} />
      </p>
      {file !== undefined && (
        <p class="driver-place">
          <code>{line === undefined ? file : `${file}:${line}`}</code>
        </p>
      )}
      {hint !== undefined && (
        <p class="driver-hint">
          <ServerSaid text={hint} />
        </p>
      )}
      {(restarts > 0 || isTriedAgain) && (
        <p class="quiet">
          {[
            ...(restarts > 0 ? [say.devices.driver.restarts(restarts, count(restarts))] : []),
            ...(isTriedAgain ? [say.devices.driver.triedAt(time(retryAt))] : []),
          ].join(say.devices.driver.between)}
        </p>
      )}
      {state === "failed" && !isReloadable && <p class="quiet">{say.devices.driver.startAgain}</p>}
    </div>
  );
}

function Reload({ device }: { device: string }) {
  const page = usePage();
  const { say } = page.format.value;
  const { name, does } = say.control.reload;
  // The desk has requests of its own about this device.
  const id = `driver ${device}`;
  const isMine = ({ subject }: ControlRequest) => subject?.id === id;
  const isAsked = page.requests.value.some((request) => isMine(request) && request.phase === "requested");
  const ask = () => {
    if (isAsked) return;
    // What an earlier one was refused for has been mended, or will be told again.
    for (const request of page.requests.value.filter(isMine)) {
      if (request.phase === "refused") page.dismiss(request.id);
    }
    page.ask("reload", { fields: { device }, subject: { id, label: device } });
  };
  return (
    <div class="driver-reload">
      <button
        type="button"
        class="small"
        aria-label={say.control.about(name, device)}
        aria-disabled={isAsked}
        title={does}
        onClick={ask}
      >
        {name}
      </button>
      <RequestList of={isMine} />
    </div>
  );
}
