"""Text lines over TCP, one question at a time."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Lines:
    """A session of lines. Whoever stops waiting for an answer leaves none behind for the next question."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, end: bytes, within_s: float) -> None:
        self._reader, self._writer, self._end, self._within_s = reader, writer, end, within_s
        self._turn = asyncio.Lock()

    @staticmethod
    @contextlib.asynccontextmanager
    async def connect(host: str, port: int, *, end: bytes = b"\n", within_s: float = 2) -> AsyncIterator["Lines"]:
        """Opens a connection for the time of an `async with`; an answer that takes longer than `within_s` is an error."""
        reader, writer = await asyncio.wait_for(asyncio.open_connection(host, port), within_s)
        try:
            yield Lines(reader, writer, end, within_s)
        finally:
            writer.close()

    async def ask(self, question: str) -> str:
        """Returns the answer, a line; raises ConnectionError or TimeoutError."""
        # An E-STOP breaks off who asks, never the exchange: its answer would be taken for that of the halt.
        exchange = asyncio.ensure_future(self._exchange(question))
        exchange.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(exchange)

    async def _exchange(self, question: str) -> str:
        async with self._turn:
            self._writer.write(question.encode() + self._end)
            await self._writer.drain()
            try:
                answer = await asyncio.wait_for(self._reader.readuntil(self._end), self._within_s)
            except asyncio.IncompleteReadError as error:
                raise ConnectionError("the instrument has closed the line") from error
            except TimeoutError:
                # Its answer may still come, and would be taken for the next one's.
                self._writer.close()
                raise TimeoutError(f"no answer to {question!r} within {self._within_s:g} s") from None
        return answer.decode().strip()
