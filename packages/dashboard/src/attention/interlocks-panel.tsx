import { usePage } from "../page/page.tsx";
import { Panel } from "../page/panel.tsx";
import { ServerSaid } from "../page/said.tsx";

/** The interlocks of the lab file and how each stands, tripped ones first; nothing in a lab without any. */
export function InterlocksPanel() {
  const { store, format } = usePage();
  const { say, instant } = format.value;
  const interlocks = store.interlocks.value.toSorted((a, b) => Number(b.isTripped) - Number(a.isTripped));
  if (interlocks.length === 0) return null;
  return (
    <Panel name="interlocks" title={say.interlocks.title}>
      <ul class="interlock-list">
        {interlocks.map(({ interlock, device, channel, isTripped, message, since }) => (
          <li key={interlock} data-tripped={isTripped}>
            <p>
              <strong>{interlock}</strong>{" "}
              <span class="why">{isTripped ? say.interlocks.tripped : say.interlocks.holds}</span>
            </p>
            <p class="quiet">{say.interlocks.watches(channel, device, instant(since))}</p>
            {message !== null && (
              <p class="quiet">
                <ServerSaid text={message} />
              </p>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
