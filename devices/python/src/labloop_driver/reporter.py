"""Everything a device says about commands; what does not get out is said again, or was display only."""

import asyncio
import base64
import logging
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from .clocks import Clock, back_off, timestamp
from .facts import fact_of
from .journal import Journal
from .link import Link
from .models import CommandError, CommandRecord, RefusalCode
from .shape import plain

log = logging.getLogger("labloop_driver")

_FIRST_REDELIVERY_S, _LONGEST_REDELIVERY_S = 1, 60
_PROGRESS_EVERY_MS = 1_000
_MOST_REFUSALS_UNDER_WAY = 100


class Reporter:
    """The voice of one driver start."""

    def __init__(self, device_id: str, boot_id: str, journal: Journal, clock: Clock, link: Callable[[], Link]) -> None:
        self._device_id, self._boot_id = device_id, boot_id
        self._journal, self._clock, self._link = journal, clock, link
        self._repeating: dict[str, asyncio.Task[None]] = {}
        self._last_progress_at: dict[str, float] = {}
        self._rseq = 0
        self._refusals_under_way = 0
        self._is_silent = False
        self.refusals: Counter[str] = Counter()

    def report(self, record: CommandRecord) -> None:
        """Says what the journal says; an end, or a part of a result, again until it is acknowledged (D6, D20)."""
        if self._is_silent:
            return
        self._publish_fact(record)
        is_part = record.settledAt is None and record.partial is not None
        if (record.settledAt is None and not is_part) or record.isAcked:
            return
        self._stop_repeating(record.commandId)
        if not is_part:
            self._last_progress_at.pop(record.commandId, None)
        self._repeating[record.commandId] = asyncio.create_task(self._repeat(record.commandId))

    def report_unacked(self) -> None:
        """Says every unacknowledged end and part, as after a connect (D6)."""
        for record in self._journal.unacked():
            if record.settledAt is not None or record.partial is not None:
                self.report(record)

    def acknowledged(self, command_ids: Iterable[str]) -> None:
        for command_id in command_ids:
            self._stop_repeating(command_id)

    def refuse(self, code: RefusalCode, message: str, *, command_id: str | None = None, rid: str | None = None) -> None:
        if self._is_silent:
            return
        self.refusals[code] += 1
        level = logging.ERROR if code in ("id-conflict", "dseq-conflict") else logging.WARNING
        log.log(level, "refused %s (%s): %s", command_id or rid or "a message", code, message)
        # The others are counted and not answered (I10).
        if self._refusals_under_way >= _MOST_REFUSALS_UNDER_WAY:
            return
        self._refusals_under_way += 1
        head = self._journal.head
        about = {name: value for name, value in (("commandId", command_id), ("rid", rid)) if value is not None}
        body = {"kind": "refusal", "code": code, "message": message, "fence": head.fence, "watermark": head.watermark}

        def over(_sent: "asyncio.Task[bool]") -> None:
            self._refusals_under_way -= 1

        self._send(body | about).add_done_callback(over)

    def progress(self, command_id: str, fraction: float) -> None:
        now = self._clock.now()
        if not 0 <= fraction <= 1 or now - self._last_progress_at.get(command_id, -1e12) < _PROGRESS_EVERY_MS:
            return
        self._last_progress_at[command_id] = now
        body = {"kind": "progress", "bootId": self._boot_id, "commandId": command_id, "fraction": fraction}
        self._send(body)

    async def snapshot(self, rid: str, parts: list[dict[str, Any]]) -> bool:
        """Returns whether every part got out."""
        head = self._journal.head
        body = {
            "kind": "snapshot",
            "rid": rid,
            "parts": len(parts),
            "journalId": head.journal_id,
            "bootId": self._boot_id,
            "jseq": head.jseq,
            "fence": head.fence,
            "watermark": head.watermark,
            "maxDseq": head.max_dseq,
        }
        if head.stop.stop_id > 0:
            body["stopId"] = head.stop.stop_id
        sent = [self._send(body | {"part": index} | part) for index, part in enumerate(parts)]
        return all(await asyncio.gather(*sent))

    def probe_result(self, rid: str, command_id: str, outcome: str, decisive: bool, evidence: dict[str, Any]) -> None:
        body = {"kind": "probe-result", "rid": rid, "commandId": command_id, "outcome": outcome, "decisive": decisive}
        self._send(body | {"evidence": evidence})

    def control_result(self, rid: str, error: CommandError | None) -> None:
        """Answers `pause`, `resume` or `fence`; `error` says why not."""
        because = {} if error is None else {"error": plain(error)}
        self._send({"kind": "control-result", "rid": rid, "ok": error is None} | because)

    def stopped(self, stop_id: int, took_ms: float, running: list[dict[str, str]]) -> None:
        """Answers an E-STOP; not repeated, since the engine asks again."""
        self._send({"kind": "stopped", "stopId": stop_id, "tookMs": took_ms, "running": running})

    def blob(self, sha256: str, idx: int, count: int, content: bytes) -> None:
        """Answers `get-blob`; the engine asks again for what it has not got."""
        data = base64.b64encode(content).decode()
        chunk = {"kind": "blob", "sha256": sha256, "idx": idx, "n": count, "crc32": zlib.crc32(content), "data": data}
        self._link().publish("blob", self._enveloped(chunk), leaf=sha256)

    def silence(self) -> None:
        """Says nothing from now on."""
        self._is_silent = True
        self.acknowledged(list(self._repeating))

    def _enveloped(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"v": 1, "device": self._device_id, "issuedAt": timestamp(self._clock.now())} | body

    def _send(self, body: dict[str, Any]) -> "asyncio.Task[bool]":
        return self._link().publish("report", self._enveloped(body))

    def _publish_fact(self, record: CommandRecord) -> None:
        self._rseq += 1
        head = self._journal.head
        about = {"bootId": self._boot_id, "rseq": self._rseq, "jseq": head.jseq, "fence": head.fence}
        self._send({"kind": "report"} | about | fact_of(record))

    async def _repeat(self, command_id: str) -> None:
        for wait_s in back_off(_FIRST_REDELIVERY_S, _LONGEST_REDELIVERY_S):
            await asyncio.sleep(wait_s)
            record = self._journal.find(command_id)
            # Nobody hears a device that is offline; the next connect starts anew.
            if record is None or record.isAcked or not self._link().is_up:
                self._repeating.pop(command_id, None)
                return
            self._publish_fact(record)

    def _stop_repeating(self, command_id: str) -> None:
        task = self._repeating.pop(command_id, None)
        if task is not None:
            task.cancel()
