import { useState } from "preact/hooks";
import { usePage } from "../page/page.tsx";
import { ClearStop } from "./clear-stop.tsx";

/** How each device has answered the emergency stop, for as long as it stands; nothing if there is none. */
export function EStopReport() {
  const { store, format } = usePage();
  const { say, count } = format.value;
  const { control } = say;
  const [isAsked, setAsked] = useState(false);
  const stop = store.estop.value;
  if (stop?.active !== true) return null;
  return (
    <section class="estop-report" aria-labelledby="estop-title">
      <div role="alert">
        <h2 id="estop-title">{control.estopActive(count(stop.stopId))}</h2>
        <p>{control.estopBy(stop.by.name, stop.reason)}</p>
      </div>
      <ul class="estop-devices">
        {Object.entries(stop.devices).map(([device, answer]) => (
          <li key={device} data-answer={answer}>
            <span class="device-name">{device}</span> <strong>{control.estopDevice[answer]}</strong>
          </li>
        ))}
      </ul>
      <p>{control.estopCircuit}</p>
      <div class="estop-clear">
        <button type="button" class="plain" aria-describedby="clear-does" onClick={() => setAsked(true)}>
          {control.clear.name} …
        </button>
        <span id="clear-does" class="quiet">
          {control.clear.does}
        </span>
      </div>
      <ClearStop isOpen={isAsked} onClose={() => setAsked(false)} />
    </section>
  );
}
