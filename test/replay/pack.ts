// node test/replay/pack.ts DATA TARGET: keeps a campaign's data folder, each file gzipped. Of a finished one, which
// nobody resumes, only the journal and one printer's are kept.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";

const [data = "", target = ""] = process.argv.slice(2);
const isFinished = /-(finished|estop)$/.test(target);
const wanted = isFinished
  ? /^(journal\.db|campaign\.lock\.json|devices\/printer-1\.db)$/
  : /(\.db|campaign\.lock\.json|observations\.csv)$/;

for (const name of readdirSync(data, { recursive: true, encoding: "utf8" })) {
  if (!wanted.test(name)) continue;
  const file = join(data, name);
  if (name.endsWith(".db")) {
    // What a killed process left in the write-ahead log becomes part of the file; no row is changed.
    const database = new DatabaseSync(file);
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    database.close();
  }
  const packed = join(target, `${name}.gz`);
  mkdirSync(dirname(packed), { recursive: true });
  writeFileSync(packed, gzipSync(readFileSync(file), { level: 9 }));
}
