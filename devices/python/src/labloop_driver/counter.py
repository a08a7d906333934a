"""Evidence by a counter of the instrument: what it proves of an act, and no more."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Literal

from pydantic import BaseModel

from .act import Context
from .endings import CannotTell, Evidence, Failed, Finding, Happened, HappenedInPart, NotHappened, StillRunning

Rises = Literal["begin", "end"]
"""When it goes up: as an act begins, or once it has come to its end, which a stopped one does not."""

_REST_WITHIN_S = 5
"""Chosen: how long an instrument may take to come to rest once it was told to stop."""


def judge_counter(rises: Rises | None, before: int, now: int, is_at_it: bool) -> Finding:
    """Returns what a counter proves of one act. `is_at_it` has to be asked before the counter is read: one that counts at the
    end does so between two questions. Where nobody has said when it rises, it is taken to count finished acts, of which less
    follows: half an act must never be done again.
    """
    evidence: Evidence = {"before": before, "now": now}
    if rises == "begin":
        if now == before:
            return NotHappened(evidence, unbegun=True)
        if now != before + 1:
            return CannotTell(evidence)
        return StillRunning(evidence) if is_at_it else Happened(evidence=evidence)
    if is_at_it and now == before:
        return StillRunning(evidence)
    if not is_at_it and now == before + 1:
        return Happened(whole=True, evidence=evidence)
    why = "it may have begun and been stopped, which is not counted" if now == before else "others have acted as well"
    return CannotTell(evidence | {"why": why})


class Counter:
    """A counter of acts as `probe` of an operation: its baseline, its evidence, and the end of the act.

    `question` asks for it, `busy` is a question and the answer to it while the instrument is at it; answers are patterns of
    the whole line, and that of the counter has one group. See the manual for when it `rises`, or try it.
    `result` reads the result of an act that is over, where the operation returns one.
    """

    def __init__(
        self,
        question: str,
        *,
        rises: Rises,
        busy: tuple[str, str],
        answer: str = r"(\d+)",
        result: Callable[[Context], Awaitable[BaseModel]] | None = None,
    ) -> None:
        self._question, self._rises, self._busy, self._answer, self._result = question, rises, busy, answer, result

    async def baseline(self, ctx: Context) -> Evidence:
        if await self._is_busy(ctx):
            raise RuntimeError("the instrument is still at another act")
        return {"count": await self._count(ctx)}

    async def probe(self, ctx: Context) -> Finding:
        """What it proves now; moves nothing."""
        is_at_it = await self._is_busy(ctx)
        finding = judge_counter(self._rises, ctx.baseline["count"], await self._count(ctx), is_at_it)
        return await self._with_result(ctx, finding)

    async def over(self, ctx: Context) -> Any:
        """Waits until the instrument is at rest, and returns the result; raises Failed when the act was not counted."""
        await self._rest(ctx)
        finding = await self.probe(ctx)
        if isinstance(finding, Happened):
            return finding.result
        if finding.evidence["now"] == finding.evidence["before"] and self._rises == "end":
            message = "it is at rest and has not counted the act: it was stopped before its end"
            raise Failed("device.notCounted", message, "partial", **finding.evidence)
        raise RuntimeError("at rest, it has not counted this act and no other")

    async def stopped(self, ctx: Context) -> Finding:
        """What has become of an act that the instrument was just told to stop: it may have been over already."""
        async with asyncio.timeout(_REST_WITHIN_S):
            await self._rest(ctx)
        finding = await self.probe(ctx)
        # Of an act that was begun: cut short, or over just before the stop, which a count of beginnings does not tell.
        was_begun = isinstance(finding, Happened) and not finding.whole
        is_uncounted = self._rises == "end" and finding.evidence["now"] == finding.evidence["before"]
        return HappenedInPart(finding.evidence) if was_begun or is_uncounted else finding

    async def _with_result(self, ctx: Context, finding: Finding) -> Finding:
        if self._result is None or not isinstance(finding, Happened):
            return finding
        return Happened(await self._result(ctx), None, finding.whole, finding.evidence)

    async def _rest(self, ctx: Context) -> None:
        while await self._is_busy(ctx):
            await ctx.sleep(0.1)

    async def _is_busy(self, ctx: Context) -> bool:
        question, answer = self._busy
        return await ctx.says(question, answer)

    async def _count(self, ctx: Context) -> int:
        return int(await ctx.ask(self._question, self._answer))
