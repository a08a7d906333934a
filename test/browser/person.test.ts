import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { byHandLab } from "../support/by-hand-lab.ts";
import { openChromium, openPage, whyNoChromium } from "../support/chromium.ts";
import { privateFolder } from "../support/private-folder.ts";
import { readEvents } from "../support/read-folder.ts";
import { findingsAt, serve } from "./desk-page.ts";

const missing = whyNoChromium();
let browser: Browser;

beforeAll(async () => {
  if (missing === null) browser = await openChromium();
});

afterAll(async () => {
  await browser?.close();
});

test("a campaign of human steps alone runs to its end through the forms of the page, which are fit for a tablet", async ({
  skip,
}) => {
  if (missing !== null) skip(missing);
  const { campaign, data } = byHandLab(join(privateFolder(), "lab"), 1);
  const { run, url } = await serve(["run", campaign, "--seed", "1", "--data", data, "--port", "0"]);
  const { page, foreign, errors } = await openPage(browser, { viewport: { width: 820, height: 1180 } });
  await page.goto(url);
  const form = page.locator(".ask-form");
  await form.waitFor();
  expect(await page.title()).toMatch(/1/);
  const until = async (each: Page) => {
    await each.locator(".ask-form .desk-submit").click();
    await each.locator('.ask-form [aria-invalid="true"]').first().waitFor();
  };
  expect(await findingsAt(browser, url, "asked", until)).toEqual([]);
  for (const width of [820, 500]) {
    await page.setViewportSize({ width, height: 1180 });
    for (const target of await form.locator("button, .ask-outcome, input:not([type=radio])").all()) {
      expect((await target.boundingBox())?.height ?? 0).toBeGreaterThanOrEqual(44);
    }
  }

  // A scanner is a keyboard that ends with Enter; what is still missing is told, and nothing is sent.
  await form.locator("input:not([type=radio])").first().focus();
  await page.keyboard.type("CYL-007");
  await page.keyboard.press("Enter");
  await form.getByText("An answer needs a name.").waitFor();
  expect(readEvents(data).some(({ event }) => event.type === "step.answered")).toBe(false);
  await form.locator("input:not([type=radio])").last().fill("Ada");
  await page.keyboard.press("Enter");

  const height = page.getByLabel("Height of the foam").first();
  await height.waitFor();
  await height.fill("90 cm");
  await form.locator(".desk-submit").click();
  await form.locator('[aria-invalid="true"]').waitFor();
  await height.fill("6.9 cm");
  await form.locator(".desk-submit").click();

  expect(await run.ended).toMatchObject({ code: 0 });
  const events = readEvents(data).map(({ event }) => event);
  const answered = events.filter(({ type }) => type === "step.answered");
  expect(answered).toMatchObject([{ by: { name: "Ada" } }, { by: { name: "Ada" } }]);
  const [made] = events.filter(({ type }) => type === "observation.made");
  expect(made).toMatchObject({ observation: { values: { height: { value: 69 } } } });
  expect({ foreign, errors }).toEqual({ foreign: [], errors: [] });
});
