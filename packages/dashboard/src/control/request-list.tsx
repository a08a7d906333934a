import { usePage } from "../page/page.tsx";
import type { Messages } from "../i18n/en.ts";
import { ServerSaid } from "../page/said.tsx";
import type { ControlRequest } from "./requests.ts";

/** What was asked for and not forgotten yet: requested, acknowledged, or refused until somebody takes it away. */
export function RequestList({ of }: { of: (request: ControlRequest) => boolean }) {
  const page = usePage();
  const { say } = page.format.value;
  const requests = page.requests.value.filter(of);
  return (
    <ul class="requests" aria-label={say.control.requests} aria-live="polite">
      {requests.map((request) => (
        <RequestLine key={request.id} request={request} />
      ))}
    </ul>
  );
}

function RequestLine({ request }: { request: ControlRequest }) {
  const page = usePage();
  const { say, age, duration } = page.format.value;
  const { control, subject, phase, askedAt, acknowledgedAt, reason } = request;
  const { name } = say.control[control];
  const full = subject === null ? name : say.control.about(name, subject.label);
  if (phase === "refused") {
    const text = say.control.refused(full, reason ?? "");
    return (
      <li class="request refused" data-control={control} data-phase={phase}>
        <span>
          {say.control.refused(full, "")}
          {reason === say.control.undelivered ? reason : <ServerSaid text={reason ?? ""} />}
        </span>
        <button
          type="button"
          class="small"
          aria-label={say.control.dismissThis(text)}
          onClick={() => page.dismiss(request.id)}
        >
          {say.control.dismiss}
        </button>
      </li>
    );
  }
  if (phase === "acknowledged") {
    return (
      <li class="request acknowledged" data-control={control} data-phase={phase}>
        {wordsOf(request, say).done(full, duration((acknowledgedAt ?? askedAt) - askedAt))}
      </li>
    );
  }
  return (
    <li class="request asked" data-control={control} data-phase={phase}>
      {wordsOf(request, say).asked(full, age(page.now.value - askedAt))}
    </li>
  );
}

function wordsOf({ control, subject }: ControlRequest, { control: say }: Messages) {
  if (control === "reload") return { asked: say.reloading, done: say.reloaded };
  return subject === null ? { asked: say.asked, done: say.acknowledged } : { asked: say.askedDesk, done: say.recorded };
}
