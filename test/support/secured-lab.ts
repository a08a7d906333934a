import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type SecuredLab, secureLab } from "@labloop/cli";
import { privateFolder, removeFolder } from "./private-folder.ts";

/** A lab of this test's own with keys and credentials, as `labloop secure` makes them. */
export interface TestLab extends SecuredLab {
  readonly ca: string;
  /** The secret of a user. */
  secretOf(user: string): string;
  read(path: string): string;
  remove(): void;
}

/** Makes keys for the lab `demo` with an arm, a printer, the cell main and a stop button at the door. */
export function openSecuredLab(): TestLab {
  const parent = privateFolder();
  const secured = secureLab({
    lab: "demo",
    devices: ["arm", "printer"],
    cells: ["main"],
    stops: ["door"],
    hosts: ["127.0.0.1", "localhost"],
    port: 8883,
    out: join(parent, "secured"),
  });
  const read = (path: string) => readFileSync(join(secured.folder, path), "utf8");
  return {
    ...secured,
    get ca() {
      return read("ca.crt");
    },
    read,
    secretOf: (user) => (JSON.parse(read(`clients/${user}.json`)) as { secret: string }).secret,
    remove: () => removeFolder(parent),
  };
}

/** Why there are no certificates here, or null when there can be; in CI a missing openssl is an error. */
export function whyNoCertificates({ hasCertificates }: SecuredLab): string | null {
  if (hasCertificates) return null;
  if (process.env["CI"] !== undefined) throw new Error("no openssl here (CI has to have it)");
  return "no openssl here: on Debian, `apt-get install openssl`";
}
