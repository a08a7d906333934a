import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "@labloop/contracts/digest";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { byHandLab } from "../support/by-hand-lab.ts";
import { root } from "../support/launch.ts";
import { openChromium, openPage, whyNoChromium } from "../support/chromium.ts";
import { privateFolder } from "../support/private-folder.ts";
import { readEvents } from "../support/read-folder.ts";
import { findingsAt, serve } from "./desk-page.ts";

/** A picture as it might come out of a camera. */
const picture = join(root, "docs/images/dashboard.png");

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
    await each.locator("input[type=file]").setInputFiles(picture);
    await each.locator(".photo-state:not(:empty)").waitFor();
    await each.locator(".photo-progress").waitFor({ state: "detached" });
    await each.locator(".ask-form .desk-submit").click();
    await each.locator('.ask-form [aria-invalid="true"]').first().waitFor();
  };
  expect(await findingsAt(browser, url, "asked", until)).toEqual([]);
  for (const width of [820, 500]) {
    await page.setViewportSize({ width, height: 1180 });
    for (const target of await form.locator("button, .ask-outcome, .photo-choose, input[type=text]").all()) {
      expect((await target.boundingBox())?.height ?? 0).toBeGreaterThanOrEqual(44);
    }
  }

  // People are shown an example, and never the pattern that it stands for.
  const text = (await form.textContent()) ?? "";
  expect([text.includes("such as CYL-007"), text.includes("[0-9]")]).toEqual([true, false]);

  // A scanner is a keyboard that ends with Enter; what is still missing is told, and nothing is sent.
  const label = form.locator("input[type=text]").first();
  await label.fill("7");
  await form.locator(".desk-submit").click();
  await form.getByText("This does not look like CYL-007.").waitFor();
  await label.fill("");
  await label.focus();
  await page.keyboard.type("CYL-007");
  await page.keyboard.press("Enter");
  await form.getByText("An answer needs a name.").waitFor();
  await form.getByText("The photo is missing").waitFor();
  await form.locator("input[type=text]").last().fill("Ada");

  // What is too large or no photo is told at its field; a connection that breaks off loses nothing that was entered.
  const camera = form.locator("input[type=file]");
  expect([await camera.getAttribute("accept"), await camera.getAttribute("capture")]).toEqual([
    "image/*",
    "environment",
  ]);
  const bytes = readFileSync(picture);
  const big = Buffer.concat([bytes, Buffer.alloc(2_000_000)]);
  await camera.setInputFiles({ name: "big.png", mimeType: "image/png", buffer: big });
  await form.getByText("at most 2 MB can be sent").waitFor();
  await camera.setInputFiles({ name: "table.png", mimeType: "image/png", buffer: Buffer.from("mass,3.1") });
  await form.getByText("This is no JPEG, PNG or WebP.").waitFor();
  let cut = 1;
  await page.route("**/api/photos/**", (route) => (cut-- > 0 ? route.abort() : route.fallback()));
  await camera.setInputFiles(picture);
  await form.getByText("the connection broke off").waitFor();
  expect(await label.inputValue()).toBe("CYL-007");
  await form.getByRole("button", { name: "Send it again" }).click();
  await form.getByText("Sent and kept: 0.2 MB").waitFor();
  expect(await form.locator("img").evaluate((shown: HTMLImageElement) => shown.naturalWidth)).toBeGreaterThan(0);
  expect(readEvents(data).some(({ event }) => event.type === "step.answered")).toBe(false);
  await form.locator(".desk-submit").click();

  const height = page.getByLabel("Height of the foam").first();
  await height.waitFor();
  // Whoever looks at the run later sees it there.
  const [queued] = readEvents(data).flatMap(({ event }) => (event.type === "run.queued" ? [event.runId] : []));
  const later = await openPage(browser);
  await later.page.goto(`${url}/#/runs/${queued}`);
  const shown = later.page.getByRole("img", { name: "Photo: picture" });
  await shown.scrollIntoViewIfNeeded();
  await expect.poll(() => shown.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0);
  const shots = process.env["LABLOOP_SHOTS"];
  if (shots !== undefined) await later.page.screenshot({ path: join(shots, "run-with-photo.png"), fullPage: true });
  await height.fill("90 cm");
  await form.locator(".desk-submit").click();
  await form.locator('[aria-invalid="true"]').waitFor();
  await height.fill("6.9 cm");
  await form.locator(".desk-submit").click();

  expect(await run.ended).toMatchObject({ code: 0 });
  const events = readEvents(data).map(({ event }) => event);
  const answered = events.filter((event) => event.type === "step.answered");
  const reference = { sha256: sha256(bytes), size: bytes.length, media: "image/png" };
  expect(answered).toMatchObject([
    { by: { name: "Ada" }, answer: { result: { cylinder: "CYL-007", picture: reference } } },
    { by: { name: "Ada" } },
  ]);
  const kept = join(data, "photos", answered[0]?.commandId ?? "", `${reference.sha256}.png`);
  expect(readFileSync(kept).equals(bytes)).toBe(true);
  const [made] = events.filter(({ type }) => type === "observation.made");
  expect(made).toMatchObject({ observation: { values: { height: { value: 69 } } } });
  expect({ foreign, errors }).toEqual({ foreign: [], errors: [] });
});
