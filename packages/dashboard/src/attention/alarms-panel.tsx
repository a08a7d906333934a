import type { AlarmView } from "../feed/watched.ts";
import { Panel } from "../page/panel.tsx";
import { usePage } from "../page/page.tsx";
import { ServerSaid } from "../page/said.tsx";

const newest = 3;

/** What somebody should know of, newest first; older ones are folded away. */
export function AlarmsPanel() {
  const { store, format } = usePage();
  const { say, count } = format.value;
  const alarms = store.alarms.all.value.toReversed();
  const older = alarms.slice(newest);
  return (
    <Panel name="alarms" title={say.alarms.title} aside={<span class="tally">{count(alarms.length)}</span>}>
      {alarms.length === 0 && <p class="empty">{say.alarms.empty}</p>}
      <AlarmList alarms={alarms.slice(0, newest)} />
      {older.length > 0 && (
        <details>
          <summary>{say.alarms.older(count(older.length))}</summary>
          <AlarmList alarms={older} />
        </details>
      )}
    </Panel>
  );
}

function AlarmList({ alarms }: { alarms: readonly AlarmView[] }) {
  const { format } = usePage();
  const { time } = format.value;
  if (alarms.length === 0) return null;
  return (
    <ol class="alarm-list">
      {alarms.map(({ seq, at, code, message }) => (
        <li key={seq}>
          <p>
            <time dateTime={new Date(at).toISOString()}>{time(at)}</time> <code>{code}</code>
          </p>
          <p>
            <ServerSaid text={message} />
          </p>
        </li>
      ))}
    </ol>
  );
}
