import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openChromium, openPage, whyNoChromium } from "../support/chromium.ts";
import { doubtfulCampaign } from "../support/doubtful-campaign.ts";
import { type Launched, launch } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";
import { readEvents, readWorld } from "../support/read-folder.ts";

const missing = whyNoChromium();
let browser: Browser;

beforeAll(async () => {
  if (missing === null) browser = await openChromium();
});

afterAll(async () => {
  await browser?.close();
});

/** A campaign with one print in doubt, killed in the moment of its start, that waits for people with its page open. */
async function serveDoubt(): Promise<{ run: Launched; url: string; data: string }> {
  const { campaign, data } = doubtfulCampaign(join(privateFolder(), "lab"), 6);
  const args = ["run", campaign, "--seed", "7", "--scale", "4000", "--port", "0", "--wait", "--data", data];
  expect(await launch(args).ended).toMatchObject({ signal: "SIGKILL" });
  const run = launch(args);
  let url = "";
  await run.said((stderr) => {
    url = /dashboard (http:\S+)/.exec(stderr)?.[1] ?? "";
    return url !== "";
  });
  return { run, url, data };
}

/** Moves on by Tab until an element has the focus; gives up after more stops than the page has. */
async function tabTo(page: Page, isThere: string): Promise<void> {
  for (let stops = 0; stops < 200; stops++) {
    if (await page.evaluate((selector) => document.activeElement?.matches(selector) === true, isThere)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the keyboard does not reach ${isThere}`);
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function seriousFindings(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: axe });
  const violations = await page.evaluate(async () => {
    interface Finding {
      readonly id: string;
      readonly impact: string | null;
      readonly nodes: readonly { readonly target: readonly string[] }[];
    }
    const runner = (globalThis as unknown as { axe: { run(): Promise<{ violations: Finding[] }> } }).axe;
    return (await runner.run()).violations;
  });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}

test("a print in doubt is settled at the desk by keyboard alone, with name, reason and result, and the campaign reaches its end", async ({
  skip,
}) => {
  if (missing !== null) skip(missing);
  const { run, url, data } = await serveDoubt();
  const { page, foreign, errors } = await openPage(browser, { viewport: { width: 1440, height: 1000 } });
  await page.goto(url);
  const desk = page.locator(".desk");
  await desk.waitFor();
  await page.waitForFunction(() => document.title.startsWith("(1) "));
  expect(await desk.getByRole("heading", { level: 2 }).innerText()).toBe("Waits for a person: 1 answer");
  const evidence = await desk.locator(".desk-evidence").innerText();
  for (const known of ["sent", "accepted by the device", "started", "last heartbeat", "lost its counters"]) {
    expect(evidence).toContain(known);
  }
  // Nothing is chosen beforehand, and an empty answer is refused on the spot, with the focus where something is missing.
  expect(await desk.locator("input:checked").count()).toBe(0);
  await tabTo(page, ".desk-submit");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.matches(".desk-answers input") === true);
  await desk.getByText("An answer needs a name.").waitFor();
  await desk.getByText("An answer needs a reason.").waitFor();

  // Send it again: never without its hazard.
  await tabTo(page, '[id$="-happened"]');
  await page.keyboard.press("ArrowDown");
  await desk.getByText("matter is moved or used twice").waitFor();
  await page.keyboard.press("ArrowUp");

  await page.keyboard.press("Tab");
  await tabTo(page, '[id$="-result-file"]');
  const file = await desk.locator("dt:text-is('file') + dd").innerText();
  await page.keyboard.type(file);
  await tabTo(page, '[id$="-result-elapsed"]');
  await page.keyboard.type("-3");
  await tabTo(page, '[id$="-name"]');
  await page.keyboard.type("Ada");
  await page.keyboard.press("Tab");
  await page.keyboard.type("the part stands on the plate");
  await page.keyboard.press("Enter");
  await desk.getByText("This is below the least, 0.").waitFor();
  await page.waitForFunction(() => document.activeElement?.matches('[id$="-result-elapsed"]') === true);
  await page.keyboard.press("Control+a");
  await page.keyboard.type("2700");
  await tabTo(page, ".desk-submit");
  await page.keyboard.press("Enter");
  await page.getByText(/Answer \(Run \d+, print on printer-1\): recorded after/).waitFor();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("desk-title");
  expect(await run.ended).toMatchObject({ code: 0 });
  const events = readEvents(data).map(({ event }) => event);
  expect(events.filter(({ type }) => type === "step.resolved")).toMatchObject([
    { as: "executed", by: { kind: "operator", name: "Ada" }, reason: "the part stands on the plate" },
  ]);
  expect(events.filter(({ type }) => type === "campaign.finished")).toMatchObject([{ experiments: 6 }]);
  expect(readWorld(data).damages).toEqual([]);
  expect({ foreign, errors }).toEqual({ foreign: [], errors: [] });
});

test("axe finds nothing serious at the desk, and nothing is wider than the page: light and dark, English and Japanese, three widths", async ({
  skip,
}) => {
  if (missing !== null) skip(missing);
  const { run, url } = await serveDoubt();
  const findings: string[] = [];
  for (const lang of ["en", "ja"]) {
    const { page, errors } = await openPage(browser, { reducedMotion: "reduce", bypassCSP: true });
    await page.goto(`${url}/?lang=${lang}`);
    await page.locator('[id$="-happened"]').check();
    await page.locator(".desk-submit").click();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [390, 820, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        if (overflow > 0) findings.push(`${width} px, ${lang}: ${overflow} px wider than the page`);
        const found = await seriousFindings(page);
        findings.push(...found.map((finding) => `${colorScheme}, ${lang}, ${width} px: ${finding}`));
        const shots = process.env["LABLOOP_SHOTS"];
        if (shots !== undefined)
          await page.screenshot({ path: join(shots, `${lang}-${width}-${colorScheme}.png`), fullPage: true });
      }
    }
    findings.push(...errors);
    await page.context().close();
  }
  // Nobody at the desk any more: told to end, it says what is still in doubt.
  run.signal("SIGTERM");
  const ended = await run.ended;
  expect(ended).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/^in doubt: run \d+, print on printer-1 .*doubt show/m),
  });
  expect(findings).toEqual([]);
});
