import { beforeAll, describe, expect, test } from "vitest";
import { type ReadCommand, readCommands } from "../support/read-commands.ts";
import { readEvents } from "../support/read-folder.ts";
import { sharedRun } from "../support/shared-run.ts";

interface Span {
  readonly name: string;
  readonly runId: string;
  readonly from: number;
  readonly until: number;
}

let events: ReturnType<typeof readEvents> = [];
let commands: readonly ReadCommand[] = [];
const endOf = ({ endings }: ReadCommand) => endings[0]!.at;
const isPrinter = ({ device }: { device: string }) => device.startsWith("printer-");

beforeAll(async () => {
  const { data } = await sharedRun(7);
  events = readEvents(data);
  commands = readCommands(events);
}, 300_000);

/** Returns what of these spans, in order of their begin, lies over the end of the one before. */
function overlaps(spans: readonly Span[]): string[] {
  const sorted = spans.toSorted((a, b) => a.from - b.from || a.until - b.until);
  return sorted.flatMap((span, index) => {
    const before = sorted[index - 1];
    return before !== undefined && span.from < before.until
      ? [`${span.name} begins before ${before.name} is over`]
      : [];
  });
}

function byDevice(wanted: readonly ReadCommand[]): Map<string, ReadCommand[]> {
  return Map.groupBy(wanted, ({ device }) => device);
}

describe("the schedule of a whole campaign", () => {
  test("five printers are at work at least 90 % of the time between the first print and the last", () => {
    const prints = commands.filter(isPrinter).map((command) => ({ from: command.startedAt!, until: endOf(command) }));
    expect(prints).toHaveLength(60);
    const first = Math.min(...prints.map(({ from }) => from));
    const last = Math.max(...prints.map(({ from }) => from));
    const busy = prints.reduce((total, { from, until }) => total + Math.min(until, last) - from, 0);
    const share = busy / (5 * (last - first));
    console.info(`printers at work ${(100 * share).toFixed(1)} % of ${((last - first) / 3_600_000).toFixed(1)} h`);
    expect(share).toBeGreaterThanOrEqual(0.9);

    const changes = prints.flatMap(({ from, until }) => [
      { at: from, by: 1 },
      { at: until, by: -1 },
    ]);
    changes.sort((a, b) => a.at - b.at || a.by - b.by);
    let printing = 0;
    expect(Math.max(...changes.map(({ by }) => (printing += by)))).toBe(5);
  });

  test("no device is ever given a command while it has another", () => {
    const devices = byDevice(commands);
    expect(devices.size).toBe(8);
    const found = [...devices.values()].flatMap((own) =>
      overlaps(
        own.map((command) => ({
          name: `${command.stepKey} ${command.commandId}`,
          runId: command.runId,
          from: command.intendedAt,
          until: endOf(command),
        })),
      ),
    );
    expect(found).toEqual([]);
  });

  test("a device that holds a part, or is about to get one, belongs to that run until the arm has cleared it", () => {
    // From the first command that can bring a part there to the end of the transfer that takes it away.
    const stays = [
      { at: "print", from: "print", until: "toBalance" },
      { at: "weigh", from: "toBalance", until: "toTester" },
      { at: "crush", from: "toTester", until: "discard" },
    ];
    const runs = Map.groupBy(commands, ({ runId }) => runId);
    const holds = [...runs].flatMap(([runId, own]) =>
      stays.map(({ at, from, until }) => ({
        name: `${runId} at ${at}`,
        runId,
        device: own.find(({ stepKey }) => stepKey === at)!.device,
        from: own.find(({ stepKey }) => stepKey === from)!.intendedAt,
        until: endOf(own.findLast(({ stepKey }) => stepKey === until)!),
      })),
    );
    expect(holds).toHaveLength(180);
    expect([...Map.groupBy(holds, ({ device }) => device).values()].flatMap(overlaps)).toEqual([]);
    const intruders = holds.flatMap((hold) =>
      commands.filter(
        ({ device, runId, intendedAt }) =>
          device === hold.device && runId !== hold.runId && hold.from < intendedAt && intendedAt < hold.until,
      ),
    );
    expect(intruders).toEqual([]);
  });

  test("the planner asks while experiments are under way, and tells the optimizer which", () => {
    const asked = events.flatMap(({ event }) => (event.type === "proposal.asked" ? [event] : []));
    expect(asked).toHaveLength(60);
    const pending = asked.map((question) => question.pending.length);
    expect(pending.slice(0, 5)).toEqual([0, 1, 2, 3, 4]);
    expect(pending.slice(5).filter((count) => count < 4)).toEqual([]);
    // Nobody waits for a whole batch of five: each question comes with what was measured by then, and most with one result more.
    const known = events.flatMap(({ event }, i) =>
      event.type === "proposal.asked"
        ? [events.slice(0, i).filter(({ event: { type } }) => type === "observation.made").length]
        : [],
    );
    expect(asked.map(({ measurements }) => measurements)).toEqual(known);
    expect(new Set(known).size).toBeGreaterThan(30);
  });
});
