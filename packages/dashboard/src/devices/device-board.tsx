import { Panel } from "../page/panel.tsx";
import { usePage } from "../page/page.tsx";
import { DeviceCard } from "./device-card.tsx";

/** Every device of the lab, by name. */
export function DeviceBoard() {
  const { store, format } = usePage();
  const { say } = format.value;
  const announced = store.devices.keys.value;
  // A driver that has never run has announced nothing.
  const failed = Object.keys(store.pulse.value?.pulse.drivers ?? {});
  const names = [...new Set([...announced, ...failed])].toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return (
    <Panel name="devices" title={say.devices.title}>
      {names.length === 0 ? (
        <p class="empty">{say.devices.empty}</p>
      ) : (
        <ul class="device-list">
          {names.map((name) => (
            <DeviceCard key={name} name={name} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
