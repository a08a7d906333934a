import { useEffect } from "preact/hooks";
import { usePage } from "../page/page.tsx";

/** The emergency stop: one press, no question, from anywhere on the page also by its keys. */
export function EStop() {
  const page = usePage();
  const { say } = page.format.value;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey && event.shiftKey && event.key === "Enter") || event.repeat) return;
      event.preventDefault();
      page.ask("estop");
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [page]);
  return (
    <div class="estop">
      <button
        type="button"
        class="estop-button"
        aria-describedby="estop-does"
        aria-keyshortcuts="Control+Shift+Enter"
        onClick={() => page.ask("estop")}
      >
        <span>{say.control.estop.name}</span>
      </button>
      <p id="estop-does" class="estop-does">
        {say.control.estop.does}
        <kbd>{say.control.estopKeys}</kbd>
      </p>
    </div>
  );
}

/** How each device has answered an emergency stop; nothing if there was none. */
export function EStopReport() {
  const { store, format } = usePage();
  const stop = store.estop.value;
  if (stop === null) return null;
  const { say, count } = format.value;
  const { control } = say;
  const devices = Object.entries(stop.devices);
  return (
    <section class={`estop-report ${stop.active ? "is-active" : ""}`} aria-labelledby="estop-title">
      <h2 id="estop-title">
        {stop.active ? control.estopActive(count(stop.stopId)) : control.estopCleared(count(stop.stopId))}
      </h2>
      {stop.active && (
        <>
          <ul class="estop-devices">
            {devices.map(([device, answer]) => (
              <li key={device} data-answer={answer}>
                <span class="device-name">{device}</span> <strong>{control.estopDevice[answer]}</strong>
              </li>
            ))}
          </ul>
          <p>{control.estopCircuit}</p>
        </>
      )}
    </section>
  );
}
