"""Results too large for a report, kept in the device journal until the engine has fetched and acknowledged them."""

import sqlite3
from dataclasses import dataclass

CHUNK_BYTES = 128 * 1024
_QUOTA_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class KeptResult:
    """The canonical JSON of a result's values, and the SHA-256 of those bytes."""

    command_id: str
    sha256: str
    content: bytes


class KeptResults:
    """Those of acknowledged commands stay while there is room."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def room(self) -> int:
        """Bytes that are left once acknowledged results have made room."""
        joined = "SELECT ifnull(sum(size), 0) FROM result JOIN command USING (command_id) WHERE acked = 0"
        return _QUOTA_BYTES - self._sum(joined)

    def keep(self, result: KeptResult) -> None:
        """To be called within a transaction, with the command's record written."""
        self._drop(result.command_id)
        total = self._sum("SELECT ifnull(sum(size), 0) FROM result") + len(result.content)
        acked = "SELECT command_id, size FROM result JOIN command USING (command_id) WHERE acked = 1 ORDER BY dseq"
        for command_id, size in self._db.execute(acked).fetchall():
            if total <= _QUOTA_BYTES:
                break
            self._drop(command_id)
            total -= size
        self._db.execute("INSERT INTO result VALUES (?, ?, ?)", (result.command_id, result.sha256, len(result.content)))
        for idx, at in enumerate(range(0, len(result.content), CHUNK_BYTES)):
            chunk = result.content[at : at + CHUNK_BYTES]
            self._db.execute("INSERT INTO result_chunk VALUES (?, ?, ?)", (result.command_id, idx, chunk))

    def chunk(self, sha256: str, idx: int) -> tuple[int, bytes] | None:
        """Returns how many chunks there are, and one of them."""
        row = self._db.execute("SELECT command_id, size FROM result WHERE sha256 = ? LIMIT 1", (sha256,)).fetchone()
        if row is None:
            return None
        command_id, size = row
        found = self._db.execute("SELECT bytes FROM result_chunk WHERE command_id = ? AND idx = ?", (command_id, idx))
        chunk = found.fetchone()
        return None if chunk is None else (max(1, -(-size // CHUNK_BYTES)), chunk[0])

    def drop_pruned(self) -> None:
        self._db.execute("DELETE FROM result WHERE command_id NOT IN (SELECT command_id FROM command)")
        self._db.execute("DELETE FROM result_chunk WHERE command_id NOT IN (SELECT command_id FROM result)")

    def _drop(self, command_id: str) -> None:
        self._db.execute("DELETE FROM result WHERE command_id = ?", (command_id,))
        self._db.execute("DELETE FROM result_chunk WHERE command_id = ?", (command_id,))

    def _sum(self, query: str) -> int:
        return int(self._db.execute(query).fetchone()[0])
