import type { CampaignView, LabView, WaitingView } from "@labloop/contracts";
import { createProjection } from "@labloop/journal";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { doubtView } from "../support/doubt-view.ts";
import { widthOf } from "../../src/terminal/line.ts";
import { renderScreen } from "../../src/terminal/render-screen.ts";
import type { ScreenExtras } from "../../src/terminal/screen-extras.ts";
import { type ShortRun, shortRun } from "../support/short-run.ts";

let run: ShortRun;
beforeAll(async () => {
  run = await shortRun();
}, 60_000);
afterAll(() => run.remove());

/** The lab as it was after so many events. */
function viewAt(events: number): LabView {
  const projection = createProjection();
  for (const record of run.events.slice(0, events)) projection.apply(record);
  return projection.view();
}

/** The lab in the midst of it: the first event with an observation and a proposal that came after it. */
function midway(): LabView {
  const seen = run.events.findIndex(({ event }) => event.type === "observation.made");
  const next = run.events.findIndex(({ event, seq }) => seq > seen && event.type === "step.started");
  return viewAt(next + 1);
}

const live: ScreenExtras = {
  labAt: Date.UTC(2026, 0, 1, 1),
  progress: {},
  dashboard: "http://127.0.0.1:4820",
  stale: null,
  notice: null,
  data: ".labloop/demo-1",
  isHelpShown: false,
  areDoubtsShown: false,
  canQuit: false,
  person: "ada",
  end: null,
};
const waiting: WaitingView[] = [
  { runId: "r", run: 3, step: "weigh", why: "busy", message: "weigh waits for a free balance" },
];
const sizes = [
  { columns: 80, rows: 24 },
  { columns: 60, rows: 20 },
  { columns: 120, rows: 40 },
];

describe("the screen", () => {
  test("says beside the best how many results it does not rest on yet", () => {
    const view = viewAt(run.events.length);
    const known = { ...(view.campaign as CampaignView), phase: "paused" as const };
    const screen = (judged: number) =>
      renderScreen({ ...view, campaign: { ...known, judged } }, [], live, { columns: 80, rows: 24 }, false).join("\n");
    expect(screen(known.done)).not.toContain("not judged yet");
    expect(screen(known.done - 1)).toContain("not judged yet: 1 newer result");
  });

  test.each(sizes)("fills $columns × $rows to the row and never wraps", (size) => {
    const screen = renderScreen(midway(), waiting, live, size, false);
    expect(screen).toHaveLength(size.rows);
    expect(screen.filter((line) => widthOf(line) > size.columns)).toEqual([]);
  });

  test.each(sizes)(
    "at $columns × $rows says how far it is, what is best, what is tried next, what each device does, and why others wait",
    (size) => {
      const view = midway();
      const text = renderScreen(view, waiting, live, size, false).join("\n");
      expect(text).toMatch(/1(?: of |\/)4/);
      expect(text).toMatch(/\d in flight, 0 failed/);
      expect(text).toContain("best so far");
      expect(text).toContain("next idea");
      for (const { device } of view.devices) expect(text).toContain(device);
      expect(text).toMatch(/● printer-\d +print +run \d +\d+ min of ~45 min/);
      expect(text).toContain("run 3: weigh waits for a free balance");
      expect(text).toContain("http://127.0.0.1:4820");
      expect(text).toContain("p pause   s stop   e E-STOP");
    },
  );

  test.each(sizes)(
    "at $columns × $rows says why a front is empty, or nothing best: no model yet, or nothing likely to keep its bounds",
    (size) => {
      const view = midway();
      const shown = (front: [] | undefined) => {
        const campaign = { ...(view.campaign as CampaignView), objective: null, objectives: [], best: null, front };
        return renderScreen({ ...view, campaign }, waiting, live, size, false).join("\n");
      };
      expect(shown(undefined)).toContain("nothing has been judged yet");
      expect(shown([])).toContain("none measured is likely to keep its bounds");
      const bounded = { ...(view.campaign as CampaignView), best: null, outcomeConstraints: { mass: { max: 1 } } };
      const told = (judged: number | undefined) =>
        renderScreen({ ...view, campaign: { ...bounded, judged } }, waiting, live, size, false).join("\n");
      expect(told(undefined)).toContain("nothing has been judged yet");
      expect(told(1)).toContain("none measured is likely to keep its bounds");
    },
  );

  test("says as what the best design was asked for, where it was carried out as another one", () => {
    const view = midway();
    const known = view.campaign as CampaignView;
    const shown = (best: CampaignView["best"]) =>
      renderScreen({ ...view, campaign: { ...known, best } }, waiting, live, { columns: 120, rows: 40 }, false);
    const asked = Object.fromEntries(known.space.parameters.map(({ name }, i) => [name, i]));
    const text = known.space.parameters.map(({ name }, i) => `${name} ${i}`).join(", ");
    const isTold = (line: string) => line.includes(`asked for as ${text}`);
    const best = { parameters: { ...asked }, value: 1, interval90: [0, 2] as [number, number], observed: [1] };
    expect(shown({ ...best, requested: asked }).some(isTold)).toBe(true);
    expect(shown(best).some((line) => line.includes("asked for"))).toBe(false);
  });

  test("holds at every moment of a campaign, in every size, whatever devices and people have written", () => {
    const nasty = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("\u001b[2J\u001b[H", "line\nline", "乾燥中の試料が動かない。確認してください", "a\u0301\u200b"),
    );
    fc.assert(
      fc.property(
        fc.nat({ max: run.events.length }),
        fc.record({ columns: fc.integer({ min: 1, max: 140 }), rows: fc.integer({ min: 1, max: 50 }) }),
        nasty,
        fc.boolean(),
        fc.boolean(),
        (events, size, text, isHelpShown, hasEnded) => {
          const view = viewAt(events);
          const devices = view.devices.map((device) => ({ ...device, phase: "quarantined" as const, message: text }));
          const alarms = [{ seq: 1, at: 0, code: "x", message: text }];
          const extras = { ...live, isHelpShown, stale: text, notice: text, end: hasEnded ? [text, text] : null };
          const waits = waiting.map((wait) => ({ ...wait, message: text }));
          const screen = renderScreen({ ...view, devices, alarms }, waits, extras, size, false);
          expect(screen).toHaveLength(size.rows);
          expect(screen.filter((line) => widthOf(line) > size.columns || /\p{Cc}/u.test(line))).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("colours change nothing but colours", () => {
    const plain = renderScreen(midway(), waiting, live, { columns: 80, rows: 24 }, false);
    const coloured = renderScreen(midway(), waiting, live, { columns: 80, rows: 24 }, true);
    expect(coloured.join("")).toContain("\u001b[");
    expect(coloured.map((line) => line.split(/\p{Cc}\[[\d;]*m/u).join(""))).toEqual(plain);
  });

  test("keeps the keys when there is room for one row only", () => {
    expect(renderScreen(midway(), waiting, live, { columns: 80, rows: 1 }, false)[0]).toContain("s stop");
  });

  test("says what does not fit instead of leaving it out silently", () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ ...waiting[0], run: index + 1 }) as WaitingView);
    expect(renderScreen(midway(), many, live, { columns: 80, rows: 24 }, false).join("\n")).toMatch(
      /\d+ more runs wait/,
    );
  });

  test("speaks of runs by their numbers, not by their ids", () => {
    const view = midway();
    const [first] = view.runs;
    const told = [{ ...waiting[0], message: `run ${first?.runId} holds it` } as WaitingView];
    expect(renderScreen(view, told, live, { columns: 80, rows: 24 }, false).join("\n")).toContain("run 1 holds it");
  });

  test("an old screen says that it is old", () => {
    const stale = "live feed lost 6 s ago, showing event 812; trying again";
    expect(renderScreen(midway(), [], { ...live, stale }, { columns: 80, rows: 24 }, false).join("\n")).toContain(
      stale,
    );
  });

  test("under E-STOP every device's answer is told, those without one first", () => {
    const view = midway();
    if (view.campaign === null) throw new Error("there is a campaign");
    const estop = {
      active: true,
      stopId: 1,
      reason: "smoke",
      by: { kind: "operator" as const, name: "Ada" },
      devices: { arm: "stopped" as const, "printer-1": "no-answer" as const },
    };
    const text = renderScreen(
      { ...view, campaign: { ...view.campaign, estop } },
      [],
      live,
      { columns: 80, rows: 24 },
      false,
    ).join("\n");
    expect(text).toContain("E-STOP by Ada: smoke");
    expect(text).toMatch(/no answer, may still be moving: printer-1[\s\S]*stopped: arm/);
    expect(text).toContain("c clear E-STOP");
  });

  test.each(sizes)("at $columns × $rows says how many things wait for a person, and shows them by a key", (size) => {
    const view = { ...midway(), doubts: [doubtView()] };
    const folded = renderScreen(view, waiting, live, size, false);
    expect(folded.join("\n")).toMatch(/in doubt +1 thing waits for a person: d shows/);
    expect(folded.at(-1)).toContain("d doubts");
    const shown = renderScreen(view, waiting, { ...live, areDoubtsShown: true }, size, false);
    expect(shown.join(" ").replaceAll(/\s+/g, " ")).toContain(
      `labloop doubt show ${doubtView().commandId} .labloop/demo-1`,
    );
    expect(shown.filter((line) => widthOf(line) > size.columns)).toEqual([]);
    expect(renderScreen(midway(), waiting, live, size, false).join("\n")).not.toContain("in doubt");
  });

  test("tells of the next idea that it is under way already, and that it was tried, and as which run", () => {
    const queued = run.events.findLastIndex(({ event }) => event.type === "run.queued");
    const ended = run.events.findLastIndex(({ event }) => event.type === "run.finished");
    const last = viewAt(ended).runs.length;
    const screen = (events: number) =>
      renderScreen(viewAt(events), [], live, { columns: 80, rows: 24 }, false).join("\n");
    expect(screen(queued)).not.toMatch(/ already: run/);
    expect(screen(queued + 1)).toContain(`under way already: run ${last}`);
    const isTold = viewAt(ended + 1).campaign?.next != null;
    expect(isTold).toBe(true);
    expect(screen(ended + 1)).toContain(`tried already: run ${last}`);
  });

  test("tells of a device whose command is in doubt that it is, and not how long it has been at it", () => {
    const view = midway();
    const doing = view.devices.find((device) => device.doing?.startedAt != null)?.doing ?? null;
    const size = { columns: 80, rows: 24 };
    const lineOf = (doubts: LabView["doubts"]) =>
      renderScreen({ ...view, doubts }, [], live, size, false).find((line) => line.includes(`run ${doing?.run ?? 0} `));
    expect(lineOf([])).toContain(" of ~");
    expect(lineOf([doubtView({ commandId: doing?.commandId ?? "" })])).toMatch(/ in doubt *$/);
  });

  test("after the end shows what came of it, and how to leave", () => {
    const end = ["finished after 4 experiments", "random search: needs 78 experiments for a design as good"];
    const text = renderScreen(
      viewAt(run.events.length),
      [],
      { ...live, canQuit: true, end },
      { columns: 80, rows: 24 },
      false,
    ).join("\n");
    expect(text).toContain("finished 4 of 4 experiments");
    for (const line of end) expect(text).toContain(line);
    expect(text).toContain("q quit");
    expect(text).not.toContain("s stop");
  });

  test("before anything is recorded it says so", () => {
    expect(renderScreen(viewAt(0), [], live, { columns: 80, rows: 24 }, false).join("\n")).toContain(
      "nothing is recorded yet",
    );
  });
});
