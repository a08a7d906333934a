"""The link to the broker: after its end a fresh client is made, with nothing left to replay (T3)."""

import asyncio
import logging
import random
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import aiomqtt

from .codec import TOPICS, Delivery, Malformed, decode, encode, topic_of
from .signature import Trust, believe_all

log = logging.getLogger("labloop_driver")

_KEEPALIVE_S = 5
_ANSWER_WITHIN_S = 5
_MOST_IN_FLIGHT = 16
_SHORTEST_WAIT_S, _LONGEST_WAIT_S = 0.25, 15


@dataclass(frozen=True)
class Broker:
    """Where the broker is, and what it wants to be shown. User and password in the url are percent-encoded."""

    url: str
    user: str | None = None
    secret: str | None = None
    ca: str | None = None
    trust: Trust = believe_all


class Link:
    """One device's link, which connects by itself, now and after every loss."""

    def __init__(
        self,
        broker: Broker,
        lab: str,
        device_id: str,
        *,
        will: Callable[[], dict[str, Any]],
        on_message: Callable[[Delivery | Malformed], None],
        on_up: Callable[[], None],
        on_down: Callable[[], None],
    ) -> None:
        self._broker, self._lab, self._device_id = broker, lab, device_id
        self._will, self._on_message, self._on_up, self._on_down = will, on_message, on_up, on_down
        self._client: aiomqtt.Client | None = None
        self._sending: set[asyncio.Task[bool]] = set()
        self._broken = asyncio.Event()

    @property
    def is_up(self) -> bool:
        return self._client is not None

    async def run(self) -> None:
        """Keeps the link until cancelled."""
        longest_s = _SHORTEST_WAIT_S
        complaint = None
        while True:
            up_at = time.monotonic()
            try:
                await self._stay_connected()
            except (aiomqtt.MqttError, OSError) as error:
                if str(error) != complaint:
                    log.warning("no link to the broker: %s; trying again until there is one", error)
                complaint = str(error)
            if time.monotonic() - up_at >= _LONGEST_WAIT_S:
                longest_s, complaint = _SHORTEST_WAIT_S, None
            await asyncio.sleep(random.uniform(_SHORTEST_WAIT_S / 2, longest_s))
            longest_s = min(2 * longest_s, _LONGEST_WAIT_S)

    def publish(self, key: str, message: dict[str, Any], leaf: str = "") -> "asyncio.Task[bool]":
        """Sends at once or not at all: nothing is kept for later, since a late word is a dangerous one (T2)."""
        task = asyncio.create_task(self._send(self._client, key, message, leaf))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)
        return task

    async def flush(self) -> None:
        """Waits until what is being sent has got out, or cannot."""
        while self._sending:
            await asyncio.wait(self._sending)

    async def _send(self, client: aiomqtt.Client | None, key: str, message: dict[str, Any], leaf: str) -> bool:
        if client is None or client is not self._client:
            return False
        topic = TOPICS[key]
        try:
            content = encode(key, message)
            address = topic_of(self._lab, key, self._device_id, leaf)
            await client.publish(address, content, topic.qos, topic.retain)
            return True
        except ValueError as error:
            log.error("the broker is not told a %s message that nobody would accept: %s", key, error)
        except aiomqtt.MqttError as error:
            log.debug("a %s message did not get out: %s", key, error)
            # Half a client would wait in silence.
            self._broken.set()
        return False

    async def _stay_connected(self) -> None:
        address = urlsplit(self._broker.url)
        is_secure = address.scheme == "mqtts"
        user = self._broker.user or (unquote(address.username) if address.username else None)
        secret = self._broker.secret or (unquote(address.password) if address.password else None)
        will = aiomqtt.Will(
            topic_of(self._lab, "state", self._device_id), encode("state", self._will()), qos=1, retain=True
        )
        client = aiomqtt.Client(
            address.hostname or "127.0.0.1",
            address.port or (8883 if is_secure else 1883),
            username=user,
            password=secret,
            identifier=f"dev-{self._device_id}",
            will=will,
            clean_session=True,
            keepalive=_KEEPALIVE_S,
            timeout=_ANSWER_WITHIN_S,
            protocol=aiomqtt.ProtocolVersion.V311,
            max_inflight_messages=_MOST_IN_FLIGHT,
            tls_context=ssl.create_default_context(cafile=self._broker.ca) if is_secure else None,
            # T1: without it every exchange waits for a delayed acknowledgement.
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        )
        self._broken = asyncio.Event()
        async with client:
            keys = {
                topic_of(self._lab, "command", self._device_id): "command",
                topic_of(self._lab, "control", self._device_id): "control",
                topic_of(self._lab, "engineHeartbeat", "+"): "engineHeartbeat",
                topic_of(self._lab, "estop"): "estop",
            }
            await client.subscribe([(topic, 1) for topic in keys])
            self._client = client
            self._on_up()
            listening = asyncio.create_task(self._listen(client, keys))
            breaking = asyncio.create_task(self._broken.wait())
            try:
                await asyncio.wait([listening, breaking], return_when=asyncio.FIRST_COMPLETED)
                if listening.done():
                    listening.result()
            finally:
                self._client = None
                listening.cancel()
                breaking.cancel()
                self._on_down()

    async def _listen(self, client: aiomqtt.Client, keys: dict[str, str]) -> None:
        async for message in client.messages:
            key = keys.get(str(message.topic))
            if key is None:
                key = "engineHeartbeat"
            content = message.payload if isinstance(message.payload, bytes) else str(message.payload).encode()
            try:
                self._on_message(decode(key, self._device_id, content, bool(message.retain), self._broker.trust))
            except Exception:
                # A message that breaks this kit is one that was not obeyed; the next one may be a stop.
                log.exception("a %s message could not be taken", key)
