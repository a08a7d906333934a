import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openChromium, openPage, whyNoChromium } from "../support/chromium.ts";
import { findingsAt, serve, tabTo } from "./desk-page.ts";
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
  return { ...(await serve(args)), data };
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
  await page.waitForFunction(() => document.activeElement?.id === "desk-title");
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
  const findings = await findingsAt(browser, url, "doubt", async (page) => {
    await page.locator('[id$="-happened"]').check();
    await page.locator(".desk-submit").click();
  });
  // Nobody at the desk any more: told to end, it says what is still in doubt.
  run.signal("SIGTERM");
  const ended = await run.ended;
  expect(ended).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/^in doubt: run \d+, print on printer-1 .*doubt show/m),
  });
  expect(findings).toEqual([]);
});
