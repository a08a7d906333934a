"""Text lines over TCP, one question at a time."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from .claims import claim_of_act


@dataclass(frozen=True)
class Identity:
    """Which instrument it is, as it says itself; None for what it does not tell."""

    serial: str | None = None
    firmware: str | None = None


class Address(BaseModel):
    """The config of a device that speaks lines."""

    host: str = "127.0.0.1"
    port: int


class NotSent(ConnectionError):
    """The line was gone before the first byte was written."""


class Refused(Exception):
    """An answer by which the instrument says that it has not done what it was told; `code` is its name."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Lines:
    """A session of lines. Whoever stops waiting for an answer leaves none behind for the next question."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        end: bytes,
        within_s: float,
        errors: Mapping[str, str],
    ) -> None:
        self._reader, self._writer, self._end, self._within_s = reader, writer, end, within_s
        self._errors = errors
        self._turn = asyncio.Lock()
        self.identity = Identity()

    @staticmethod
    @contextlib.asynccontextmanager
    async def connect(
        host: str, port: int, *, end: bytes = b"\n", within_s: float = 2, errors: Mapping[str, str] | None = None
    ) -> AsyncIterator["Lines"]:
        """Opens a connection for the time of an `async with`; an answer that takes longer than `within_s` is an error.

        `errors` names answers that say that nothing was done: beginnings, as patterns, each with its name.
        """
        reader, writer = await asyncio.wait_for(asyncio.open_connection(host, port), within_s)
        try:
            yield Lines(reader, writer, end, within_s, errors or {})
        finally:
            writer.close()

    async def ask(self, question: str, *, moves: bool = True) -> str:
        """Returns the answer, a line; raises Refused, ConnectionError or TimeoutError.

        Whatever is sent by it counts as an order of the act that sends it, unless it `moves` nothing.
        """
        claim = claim_of_act.get()
        if claim is not None and moves:
            claim.has_ordered = True
        # An E-STOP breaks off who asks, never the exchange: its answer would be taken for that of the halt.
        exchange = asyncio.ensure_future(self._exchange(question))
        exchange.add_done_callback(lambda done: done.cancelled() or done.exception())
        answer = await asyncio.shield(exchange)
        for pattern, name in self._errors.items():
            if re.match(pattern, answer) is not None:
                raise Refused(f"device.{name}", f'told "{question}", the instrument said "{answer}"')
        return answer

    async def _exchange(self, question: str) -> str:
        async with self._turn:
            if self._writer.is_closing() or self._reader.at_eof():
                raise NotSent(f"{question!r} was not sent: the line is closed")
            try:
                self._writer.write(question.encode() + self._end)
                await self._writer.drain()
                answer = await asyncio.wait_for(self._reader.readuntil(self._end), self._within_s)
            except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
                self._writer.close()
                raise ConnectionError(f"the line was lost before {question!r} was answered") from error
            except TimeoutError:
                # Its answer may still come, and would be taken for the next one's.
                self._writer.close()
                raise TimeoutError(f"no answer to {question!r} within {self._within_s:g} s") from None
        return answer.decode(errors="replace").strip()
