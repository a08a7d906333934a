import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { openPage } from "../support/chromium.ts";
import { type Launched, launch } from "../support/launch.ts";

/** Starts a command that serves a page, and returns its address once it has said it. */
export async function serve(args: readonly string[]): Promise<{ run: Launched; url: string }> {
  const run = launch(args);
  let url = "";
  await run.said((stderr) => {
    url = /dashboard (http:\S+)/.exec(stderr)?.[1] ?? "";
    return url !== "";
  });
  return { run, url };
}

/** Moves on by Tab until an element has the focus; gives up after more stops than the page has. */
export async function tabTo(page: Page, isThere: string): Promise<void> {
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

/**
 * Returns what is wrong with a page in English and Japanese, light and dark, at three widths: what axe finds serious,
 * what is wider than the page, and errors. `until` brings it to where it is looked at; LABLOOP_SHOTS names a folder for pictures.
 */
export async function findingsAt(
  browser: Browser,
  url: string,
  state: string,
  until: (page: Page) => Promise<void>,
): Promise<string[]> {
  const findings: string[] = [];
  for (const lang of ["en", "ja"]) {
    const { page, errors } = await openPage(browser, { reducedMotion: "reduce", bypassCSP: true });
    await page.goto(`${url}/?lang=${lang}`);
    await until(page);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [390, 820, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        const where = `${state}, ${colorScheme}, ${lang}, ${width} px`;
        const overflow = await overflowOf(page);
        if (overflow > 0) findings.push(`${where}: ${overflow} px wider than the page`);
        findings.push(...(await seriousFindings(page)).map((finding) => `${where}: ${finding}`));
        const shots = process.env["LABLOOP_SHOTS"];
        const name = `${state}-${lang}-${width}-${colorScheme}.png`;
        if (shots !== undefined) await page.screenshot({ path: join(shots, name), fullPage: true });
      }
    }
    findings.push(...errors);
    await page.context().close();
  }
  return findings;
}

/** Returns how many px a page is wider than its window once it has settled: what is drawn to measure follows a new width a little later. */
export async function overflowOf(page: Page): Promise<number> {
  const overflow = () => document.documentElement.scrollWidth - window.innerWidth;
  // What does not fit in the end is told by its width, not by the wait for it.
  const fits = () => document.documentElement.scrollWidth <= window.innerWidth;
  await page.waitForFunction(fits, null, { timeout: 5_000 }).catch(() => null);
  return await page.evaluate(overflow);
}
