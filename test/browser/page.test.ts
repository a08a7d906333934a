import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openChromium, openPage, whyNoChromium } from "../support/chromium.ts";
import { demoCampaign, type Launched, launch } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";
import { overflowOf } from "./desk-page.ts";

const missing = whyNoChromium();
let browser: Browser;

beforeAll(async () => {
  if (missing === null) browser = await openChromium();
});

afterAll(async () => {
  await browser?.close();
});

/** A campaign with its page, slow enough to be watched. */
async function serve(
  data: string,
  port = "0",
  scale = "800",
  campaign = demoCampaign,
): Promise<{ run: Launched; url: string }> {
  const run = launch(["run", campaign, "--seed", "5", "--scale", scale, "--port", port, "--data", data]);
  let url = "";
  await run.said((stderr) => {
    url = /dashboard (http:\S+)/.exec(stderr)?.[1] ?? "";
    return url !== "";
  });
  return { run, url };
}

/** The last event that the page holds, and what it says of its link. */
async function feedState(page: Page): Promise<{ seq: number; link: string }> {
  const state = page.getByTestId("feed-state");
  return {
    seq: Number(await state.getAttribute("data-seq")),
    link: (await state.getAttribute("data-link")) ?? "",
  };
}

async function untilSeq(page: Page, beyond: number): Promise<number> {
  await page.waitForFunction(
    (least) => Number(document.querySelector("[data-testid=feed-state]")?.getAttribute("data-seq") ?? 0) > least,
    beyond,
  );
  return (await feedState(page)).seq;
}

function untilLink(page: Page, link: string): Promise<unknown> {
  return page.waitForFunction(
    (wanted) => document.querySelector("[data-testid=feed-state]")?.getAttribute("data-link") === wanted,
    link,
    { timeout: 60_000 },
  );
}

test("the page is live without a reload, says when the link is stale, and goes on without a gap when labloop is back", async ({
  skip,
}) => {
  if (missing !== null) skip(missing);
  const data = privateFolder();
  const first = await serve(data);
  const { page, foreign, errors } = await openPage(browser, { viewport: { width: 1440, height: 900 } });
  await page.goto(first.url);
  const early = await untilSeq(page, 0);
  const later = await untilSeq(page, early + 20);

  first.run.signal("SIGKILL");
  await first.run.ended;
  await untilLink(page, "stale");
  await page.getByText(/No word from labloop for/).waitFor();
  const { seq: held } = await feedState(page);
  expect(held).toBeGreaterThanOrEqual(later);

  const second = await serve(data, new URL(first.url).port);
  await untilLink(page, "live");
  const resumed = await untilSeq(page, held);
  await page.getByText(/No word from labloop for/).waitFor({ state: "hidden" });
  // What the page holds now is what the server has: nothing of the outage is missing.
  const { runs, experiments } = (await (await fetch(`${second.url}/api/view`)).json()) as {
    runs: { number: number }[];
    experiments: { number: number }[];
  };
  expect(experiments.map(({ number }) => number)).toEqual(experiments.map((_, index) => index + 1));
  expect(runs.length).toBeGreaterThan(0);
  expect(resumed).toBeGreaterThan(held);
  second.run.signal("SIGKILL");
  await second.run.ended;
  expect({ foreign, errors }).toEqual({ foreign: [], errors: [] });
});

test("a page that is open as the campaign ends says that it is over, and not that labloop is silent", async ({
  skip,
}) => {
  if (missing !== null) skip(missing);
  const data = privateFolder();
  const campaign = join(data, "campaign.yaml");
  const text = readFileSync(demoCampaign, "utf8").replace(/^budget:.*$/m, "budget: { experiments: 1 }");
  const here = dirname(demoCampaign);
  writeFileSync(
    campaign,
    text.replaceAll(/^(lab|protocol|candidates): (\S+)$/gm, (_, key, file) => `${key}: ${join(here, file)}`),
  );
  const { run, url } = await serve(data, "0", "800", campaign);
  const { page } = await openPage(browser);
  await page.goto(url);
  await untilSeq(page, 0);
  expect((await run.ended).code).toBe(0);
  await page.getByText(/Finished: 1 experiment in/).waitFor();
  await page.getByText(/The campaign is over\. The last word from labloop was at/).waitFor();
  expect(await page.getByText(/No word from labloop/).count()).toBe(0);
});

test("E-STOP works by keyboard alone: one chord, every device named as stopped, and nothing resumes by itself", async ({
  skip,
}) => {
  if (missing !== null) skip(missing);
  const { run, url } = await serve(privateFolder());
  const { page, foreign, errors } = await openPage(browser, { viewport: { width: 1440, height: 900 } });
  await page.goto(url);
  await untilSeq(page, 100);
  await page.keyboard.press("Control+Shift+Enter");
  const report = page.getByRole("region", { name: /Emergency stop 1 is active/ });
  await report.waitFor();
  // Whoever does not see the page hears of it at once, whoever has raised it.
  await report.getByRole("alert").getByText("Emergency stop 1 is active").waitFor();
  await page.waitForFunction(() => document.querySelectorAll('[data-answer="stopped"]').length === 8);
  const names = await report.getByRole("listitem").allInnerTexts();
  expect(names.toSorted().map((name) => name.split(/\s/)[0])).toEqual([
    "arm",
    "balance",
    "printer-1",
    "printer-2",
    "printer-3",
    "printer-4",
    "printer-5",
    "tester",
  ]);
  const { campaign } = (await (await fetch(`${url}/api/view`)).json()) as {
    campaign: { phase: string; estop?: { active: boolean; devices: Record<string, string> } };
  };
  expect(campaign.phase).toBe("paused");
  expect(campaign.estop?.active).toBe(true);
  expect(Object.values(campaign.estop?.devices ?? {})).toEqual(Array.from({ length: 8 }, () => "stopped"));
  // S4: nobody clears it without a name.
  await page.getByRole("button", { name: /^Clear the E-STOP/ }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: /Clear the emergency stop/ });
  await dialog.getByRole("button", { name: "Clear it" }).focus();
  await page.keyboard.press("Enter");
  await dialog.getByText("An answer needs a name.").waitFor();
  await page.keyboard.type("Ada");
  await page.keyboard.press("Tab");
  await page.keyboard.type("it was toast");
  await page.keyboard.press("Enter");
  await report.waitFor({ state: "detached" });
  run.signal("SIGKILL");
  await run.ended;
  expect({ foreign, errors }).toEqual({ foreign: [], errors: [] });
});

test("pause by keyboard is requested, then acknowledged; a refused request stays on the page until dismissed", async ({
  skip,
}) => {
  if (missing !== null) skip(missing);
  const { run, url } = await serve(privateFolder());
  const { page } = await openPage(browser, { viewport: { width: 820, height: 1000 } });
  await page.goto(url);
  await untilSeq(page, 60);
  await page.getByRole("button", { name: /^Pause/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByText(/Pause: acknowledged/).waitFor();
  await page.getByRole("button", { name: /^Resume/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByText(/Resume: acknowledged/).waitFor();
  run.signal("SIGKILL");
  await run.ended;
});

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeFinding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}

test("axe finds nothing serious: light and dark, English and Japanese, three widths; and nothing is wider than the page", async ({
  skip,
}) => {
  if (missing !== null) skip(missing);
  // A page that is opened as the campaign ends gets no word from it: on busy cores twelve may outlast its minute at 800 times.
  const { run, url } = await serve(privateFolder(), "0", "200");
  const findings: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    for (const lang of ["en", "ja"]) {
      for (const width of [390, 820, 1440]) {
        const { page, foreign, errors } = await openPage(browser, {
          viewport: { width, height: 900 },
          colorScheme,
          reducedMotion: "reduce",
          bypassCSP: true,
        });
        await page.goto(`${url}/?lang=${lang}`);
        await untilSeq(page, 40);
        expect(await page.getAttribute("html", "lang")).toBe(lang);
        const overflow = await overflowOf(page);
        if (overflow > 0) findings.push(`${width} px, ${lang}: ${overflow} px wider than the page`);
        await page.addScriptTag({ content: axe });
        const violations = await page.evaluate(async () => {
          const runner = (globalThis as unknown as { axe: { run(): Promise<{ violations: AxeFinding[] }> } }).axe;
          return (await runner.run()).violations;
        });
        for (const { id, impact, nodes } of violations) {
          if (impact !== "serious" && impact !== "critical") continue;
          findings.push(
            `${colorScheme}, ${lang}, ${width} px: ${id} at ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
          );
        }
        findings.push(...foreign, ...errors);
        await page.context().close();
      }
    }
  }
  run.signal("SIGKILL");
  await run.ended;
  expect(findings).toEqual([]);
});
