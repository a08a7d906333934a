import { Panel } from "../page/panel.tsx";
import { usePage } from "../page/page.tsx";
import { DeviceCard } from "./device-card.tsx";

/** Every device of the lab, by name. */
export function DeviceBoard() {
  const { store, format } = usePage();
  const { say } = format.value;
  const names = store.devices.keys.value.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
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
