"""The device journal: what survives the driver process, and on which every promise of the contract rests.

The file has the layout of the TypeScript kit's, so that either reads the other's.
"""

import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .kept_results import KeptResult, KeptResults
from .models import CommandRecord
from .shape import plain

_VERSION = 3

_LAYOUT = f"""
BEGIN;
CREATE TABLE head (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  journal_id TEXT NOT NULL, jseq INTEGER NOT NULL, fence INTEGER NOT NULL,
  watermark INTEGER NOT NULL, max_dseq INTEGER NOT NULL, bd_seq INTEGER NOT NULL,
  stop_id INTEGER NOT NULL, latched INTEGER NOT NULL, local_by TEXT, local_since REAL
) STRICT;
CREATE TABLE command (
  command_id TEXT PRIMARY KEY, dseq INTEGER NOT NULL UNIQUE, state TEXT NOT NULL, acked INTEGER NOT NULL,
  started_jseq INTEGER, settled_at REAL, record TEXT NOT NULL
) STRICT;
CREATE INDEX command_unacked ON command (dseq) WHERE acked = 0;
CREATE INDEX command_unsettled ON command (dseq) WHERE settled_at IS NULL;
CREATE INDEX command_started ON command (started_jseq);
CREATE TABLE result (command_id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, size INTEGER NOT NULL) STRICT;
CREATE INDEX result_sha256 ON result (sha256);
CREATE TABLE result_chunk (
  command_id TEXT NOT NULL, idx INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (command_id, idx)
) STRICT;
INSERT INTO head VALUES (1, '{{journal_id}}', 0, 0, 0, 0, 0, 0, 0, NULL, NULL);
PRAGMA user_version = {_VERSION};
COMMIT;
"""

_PUT = """INSERT INTO command VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (command_id) DO UPDATE SET
state = excluded.state, acked = excluded.acked, started_jseq = excluded.started_jseq,
settled_at = excluded.settled_at, record = excluded.record WHERE dseq = excluded.dseq"""

_PRUNE = """DELETE FROM command WHERE acked = 1 AND settled_at < ?
AND dseq <= (SELECT dseq FROM command ORDER BY dseq DESC LIMIT 1 OFFSET ?) RETURNING dseq"""


class JournalError(Exception):
    """The journal is in use, of another version, or cannot be opened; its text says which, and what mends it."""


@dataclass(frozen=True)
class Stop:
    """An E-STOP as a device knows it; 0 is none. The higher counts more, and of the same the active one (S2)."""

    stop_id: int
    active: bool

    def counts_more_than(self, other: "Stop") -> bool:
        return (self.stop_id, self.active) > (other.stop_id, other.active)


@dataclass(frozen=True)
class Local:
    """Staff who have taken the instrument: who, and since when (D19)."""

    by: str
    since: float


@dataclass(frozen=True)
class Head:
    """The journal's own facts."""

    journal_id: str
    jseq: int
    fence: int
    watermark: int
    max_dseq: int
    bd_seq: int
    stop: Stop
    local: Local | None


@dataclass(frozen=True)
class Prune:
    """Forgets acked records settled before `before`, save the `keep` highest numbers (D9)."""

    keep: int
    before: float


class Journal:
    """An open journal; it belongs to one process alone (D13). Every write is on disk when it returns."""

    def __init__(self, path: Path, *, max_bytes: int | None = None) -> None:
        self._db = _open(path)
        if max_bytes is not None:
            (page_size,) = self._db.execute("PRAGMA page_size").fetchone()
            self._db.execute(f"PRAGMA max_page_count = {max(1, max_bytes // page_size)}")
        self.results = KeptResults(self._db)
        self.head = _head_of(self._db.execute("SELECT * FROM head").fetchone())
        # Whatever has been written after a failure shows that the journal can be written again.
        self.is_failing = False

    def find(self, command_id: str) -> CommandRecord | None:
        return next(self._records("WHERE command_id = ?", command_id), None)

    def find_by_dseq(self, dseq: int) -> CommandRecord | None:
        return next(self._records("WHERE dseq = ?", dseq), None)

    def unsettled(self) -> list[CommandRecord]:
        return list(self._records("WHERE settled_at IS NULL ORDER BY dseq"))

    def unacked(self) -> list[CommandRecord]:
        return list(self._records("WHERE acked = 0 ORDER BY dseq"))

    def has_started_after(self, jseq: int) -> bool:
        return self._db.execute("SELECT 1 FROM command WHERE started_jseq > ? LIMIT 1", (jseq,)).fetchone() is not None

    def write(
        self,
        *records: CommandRecord,
        fence: int = 0,
        acked: Iterable[str] = (),
        is_birth: bool = False,
        stop: Stop | None = None,
        local: Local | None | str = "as it is",
        result: KeptResult | None = None,
        prune: Prune | None = None,
    ) -> None:
        """Makes all of it durable in one transaction, or raises sqlite3.Error and changes nothing."""
        head, db = self.head, self._db
        try:
            db.execute("BEGIN IMMEDIATE")
            for record in records:
                self._put(record)
            if result is not None:
                self.results.keep(result)
            for command_id in acked:
                db.execute(
                    "UPDATE command SET acked = 1 WHERE command_id = ? AND settled_at IS NOT NULL", (command_id,)
                )
            watermark = head.watermark
            if prune is not None:
                pruned = db.execute(_PRUNE, (prune.before, prune.keep)).fetchall()
                watermark = max([watermark, *(dseq for (dseq,) in pruned)])
                self.results.drop_pruned()
            changed = replace(
                head,
                jseq=head.jseq + 1,
                fence=max(head.fence, fence),
                watermark=watermark,
                max_dseq=max([head.max_dseq, *(record.dseq for record in records)]),
                bd_seq=head.bd_seq + is_birth,
                stop=stop if stop is not None and stop.counts_more_than(head.stop) else head.stop,
                local=head.local if isinstance(local, str) else local,
            )
            self._put_head(changed)
            db.execute("COMMIT")
        except BaseException:
            self.is_failing = True
            # A full disk has SQLite roll back by itself.
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        self.head, self.is_failing = changed, False

    def close(self) -> None:
        self._db.close()

    def _records(self, where: str, *key: Any) -> Iterator[CommandRecord]:
        for text, acked in self._db.execute(f"SELECT record, acked FROM command {where}", key).fetchall():
            yield CommandRecord.model_validate(json.loads(text) | {"isAcked": acked == 1})

    def _put(self, record: CommandRecord) -> None:
        row = (record.commandId, record.dseq, record.state, int(record.isAcked), record.startedJseq, record.settledAt)
        if self._db.execute(_PUT, (*row, json.dumps(plain(record)))).rowcount == 0:
            raise sqlite3.IntegrityError(f"{record.commandId} is known under another number")

    def _put_head(self, head: Head) -> None:
        local = (None, None) if head.local is None else (head.local.by, head.local.since)
        self._db.execute(
            "UPDATE head SET jseq = ?, fence = ?, watermark = ?, max_dseq = ?, bd_seq = ?, stop_id = ?, latched = ?,"
            " local_by = ?, local_since = ?",
            (head.jseq, head.fence, head.watermark, head.max_dseq, head.bd_seq)
            + (head.stop.stop_id, int(head.stop.active), *local),
        )


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        # Exclusive before anything else: SQLite then keeps the lock it takes with the first transaction (D13).
        db.executescript("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;")
        db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN EXCLUSIVE; COMMIT;")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        is_empty = db.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone() is None
        if version == 0 and is_empty:
            db.executescript(_LAYOUT.format(journal_id=secrets.token_hex(16)))
        elif version != _VERSION:
            raise JournalError(
                f"{path} is no device journal of version {_VERSION}; a new file would forget what has run"
            )
        return db
    except sqlite3.Error as error:
        db.close()
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            raise JournalError(f"{path} is open already: one driver per device; stop the other one first") from error
        raise JournalError(f"cannot open the device journal {path}: {error}") from error
    except JournalError:
        db.close()
        raise


def _head_of(row: Any) -> Head:
    _, journal_id, jseq, fence, watermark, max_dseq, bd_seq, stop_id, latched, by, since = row
    local = None if by is None else Local(by, since)
    return Head(journal_id, jseq, fence, watermark, max_dseq, bd_seq, Stop(stop_id, latched == 1), local)
