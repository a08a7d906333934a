import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join, resolve } from "node:path";
import * as z from "zod";
import { pathsOf } from "../data-folder.ts";
import { fine, type Finding, warning } from "./finding.ts";

const Page = z.object({ url: z.string() });
const Address = z.object({ wires: z.record(z.string(), z.string()) });

/**
 * Returns what dead processes have left that may mislead: notes of where a page or a world was, and drafts. Journals
 * leave nothing, nor does an install: their locks die with their process.
 */
export async function checkLeftovers(data: string): Promise<Finding[]> {
  const folders = [data, ...below(data)];
  const findings: Finding[] = [];
  for (const folder of folders) {
    const { dashboard, address, path } = pathsOf(folder);
    const page = Page.safeParse(readJson(dashboard));
    const url = page.success ? URL.parse(page.data.url) : null;
    if (url !== null && !(await answers(url.hostname, Number(url.port)))) {
      findings.push(warning("leftover", "leftover.page", `${dashboard} names a page that is gone`, `rm ${dashboard}`));
    }
    const world = Address.safeParse(readJson(address));
    const [wire] = world.success ? Object.values(world.data.wires) : [];
    const [host = "", port = ""] = wire?.split(":") ?? [];
    if (wire !== undefined && !(await answers(host, Number(port)))) {
      const what = `${address} names a world that does not run`;
      findings.push(warning("leftover", "leftover.world", what, `labloop world LAB --data ${path} goes on with it`));
    }
    for (const draft of drafts(path)) {
      findings.push(warning("leftover", "leftover.draft", `${draft} was never finished`, `rm ${draft}`));
    }
  }
  return findings.length > 0 ? findings : [fine("leftovers", "leftover.none", "no dead process has left anything")];
}

function below(data: string): string[] {
  if (!existsSync(data)) return [];
  return readdirSync(data, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(pathsOf(join(data, entry.name)).journal))
    .map(({ name }) => join(resolve(data), name));
}

function drafts(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => name.endsWith(".draft"))
    .map((name) => join(path, name));
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: host.replace(/^\[|\]$/g, ""), port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
