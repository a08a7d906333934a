import { join } from "node:path";
import { canonicalJson, LabError } from "@labloop/contracts";
import type { DeclaredOperation } from "./declaration.ts";
import type { Exchange } from "./exchange.ts";
import { fill, type Filling } from "./template.ts";

/** Where it stands that the result of a command has not come. */
export function owedPath({ kept }: Exchange, command: string): string {
  return join(kept, "owed", `${command}.json`);
}

/** What a result is told by, where that is not the command's own id; null where it is. */
function tokenOf({ result }: DeclaredOperation, filling: Filling): string | null {
  if ([result.file, ...Object.values(result.match)].some((text) => text.includes("{command}"))) return null;
  const { folder, file, match } = result;
  const told = Object.entries(match).map(([name, text]) => [name, fill(text, filling)]);
  return canonicalJson({ folder, file: fill(file, { ...filling, stamp: "*" }), told });
}

/**
 * Throws `fileDrop.owed` when an earlier command still waits for a result that could be taken for this one's: it may come
 * late, and nothing in it would tell.
 */
export async function refuseWhileOwed(
  exchange: Exchange,
  operation: DeclaredOperation,
  filling: Filling,
): Promise<void> {
  const token = tokenOf(operation, filling);
  if (token === null) return;
  const folder = join(exchange.kept, "owed");
  for (const { name } of await exchange.files.list(folder, (file) => file.endsWith(".json"))) {
    if (name === `${filling.command}.json`) continue;
    if (Buffer.from(await exchange.files.read(join(folder, name))).toString("utf8") !== token) continue;
    throw new LabError(
      "fileDrop.owed",
      `the result of ${name.slice(0, -5)} has not come, and could be taken for this one's`,
      {
        hint: `when it is sure that it never comes, remove ${join(folder, name)}`,
      },
    );
  }
}

/** Notes durably that a result is owed from now on. */
export async function noteOwed(exchange: Exchange, operation: DeclaredOperation, filling: Filling): Promise<void> {
  const token = tokenOf(operation, filling);
  if (token === null) return;
  await exchange.files.makeFolder(join(exchange.kept, "owed"));
  await exchange.files.write(owedPath(exchange, filling.command), Buffer.from(token, "utf8"));
}
