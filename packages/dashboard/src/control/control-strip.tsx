import { useState } from "preact/hooks";
import { usePage } from "../page/page.tsx";
import { ConfirmAct } from "./confirm-act.tsx";
import type { CampaignControl } from "./requests.ts";
import { RequestList } from "./request-list.tsx";
import { whyDisabled } from "./why-disabled.ts";

const strip = ["pause", "resume", "stop", "abort"] as const;

/** Pause, resume, stop and abort, each with what it does or why it can not be used, and what became of each request. */
export function ControlStrip() {
  const page = usePage();
  const { store, link, format } = page;
  const { say } = format.value;
  const [asked, setAsked] = useState<"stop" | "abort" | null>(null);
  const phase = store.campaign.value?.phase ?? null;
  const state = { phase, isStopActive: store.estop.value?.active === true, isStale: link.value.isStale };
  const press = (control: CampaignControl) => {
    if (control === "stop" || control === "abort") setAsked(control);
    else page.ask(control);
  };
  return (
    <section class="control" aria-labelledby="control-title">
      <h2 id="control-title" class="unseen">
        {say.control.title}
      </h2>
      <div class="control-strip" role="group" aria-labelledby="control-title">
        {strip.map((control) => {
          const why = whyDisabled(control, state, say);
          return (
            <div class="control-place" key={control}>
              <button
                type="button"
                class={`control-button ${control} ${control === "resume" && why === null && phase === "paused" ? "is-due" : ""}`}
                // Not `disabled`: whoever uses the keyboard must be able to come here and hear why.
                aria-disabled={why !== null}
                aria-describedby={`${control}-does`}
                onClick={() => why === null && press(control)}
              >
                <ControlMark control={control} />
                {say.control[control].name}
              </button>
              <span id={`${control}-does`} class="control-does">
                {why ?? say.control[control].does}
              </span>
            </div>
          );
        })}
      </div>
      <RequestList of={({ subject }) => subject === null} />
      <ConfirmAct control={asked} onClose={() => setAsked(null)} />
    </section>
  );
}

const marks: Readonly<Record<(typeof strip)[number], string>> = {
  pause: "M5 3h3v10H5zM9.5 3h3v10h-3z",
  resume: "M5 2.5v11l8-5.5z",
  stop: "M4 4h8.5v8.5H4z",
  abort: "M4.4 3 8 6.6 11.6 3 13 4.4 9.4 8 13 11.6 11.6 13 8 9.4 4.4 13 3 11.6 6.6 8 3 4.4z",
};

function ControlMark({ control }: { control: (typeof strip)[number] }) {
  return (
    <svg class="control-mark" viewBox="0 0 16 16" aria-hidden="true">
      <path d={marks[control]} />
    </svg>
  );
}
