import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const executablePath = [process.env["LABLOOP_CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(
  (path) => path !== undefined && existsSync(path),
);

/** Why tests in a browser cannot run here, or null when they can; in CI a missing one is an error. */
export function whyNoChromium(): string | null {
  if (executablePath !== undefined) return null;
  const why = "no Chromium here: on Debian, `apt-get install chromium`, or name one in LABLOOP_CHROMIUM";
  if (process.env["CI"] !== undefined) throw new Error(`${why} (CI has to have it)`);
  return why;
}

/** Starts a real Chromium, which asks nobody outside this machine for anything. */
export function openChromium(): Promise<Browser> {
  if (executablePath === undefined) throw new Error("whyNoChromium was not asked");
  return chromium.launch({
    executablePath,
    chromiumSandbox: false,
    args: ["--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update"],
  });
}

/** A page that counts what should not happen: requests beyond loopback, and errors. */
export interface WatchedPage {
  readonly page: Page;
  readonly foreign: string[];
  readonly errors: string[];
}

/** Opens a page; a request to any other machine is aborted and remembered. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  // Generous, since other tests may have the cores meanwhile; nothing waits for it when all is well.
  page.setDefaultTimeout(90_000);
  const foreign: string[] = [];
  const errors: string[] = [];
  await context.route("**/*", async (route) => {
    const { hostname, protocol } = new URL(route.request().url());
    if (protocol === "data:" || hostname === "127.0.0.1" || hostname === "localhost") return route.continue();
    foreign.push(route.request().url());
    return route.abort();
  });
  page.on("pageerror", (error) => errors.push(error.message));
  return { page, foreign, errors };
}
