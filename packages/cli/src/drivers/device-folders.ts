import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Returns the folders of device journals, and of notes on drivers, in a data folder or in the folders right under it. */
export function deviceFoldersIn(data: string): string[] {
  const under = existsSync(data) ? readdirSync(data, { withFileTypes: true }) : [];
  const folders = under.filter((entry) => entry.isDirectory()).map(({ name }) => join(data, name));
  return [data, ...folders].map((folder) => join(folder, "devices"));
}
