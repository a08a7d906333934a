"""Serves JSON lines and the pool protocol (PROTOCOL.md) on one thread. Import it before anything that brings threads."""

import json
import os
import sys
import time
from typing import Callable, Protocol

for library in ("OMP", "MKL", "OPENBLAS", "NUMEXPR", "VECLIB_MAXIMUM"):
    os.environ[f"{library}_NUM_THREADS"] = "1"


class Campaign(Protocol):
    """One campaign of a method; designs are indices of candidates."""

    def ask(self, measurements: list[dict], pending: list[int], count: int) -> tuple[list[int], int | None]:
        """Returns `count` designs to measure, and the one to hand over now, None for the one with the best mean reading."""
        ...


def open_designs(candidates: int, measurements: list[dict], pending: list[int]) -> list[int]:
    """Returns the designs that are neither measured nor pending."""
    shut = {measurement["index"] for measurement in measurements} | set(pending)
    return [index for index in range(candidates) if index not in shut]


def answer_lines(answer: Callable[[dict], dict | None]) -> None:
    """Answers JSON lines until stdin ends, with the error where there is one; None is no answer."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # What a library prints is for people, and would break the protocol.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        try:
            given = answer(json.loads(line))
        except Exception as error:
            given = {"error": f"{type(error).__name__}: {error}"}
        if given is not None:
            answers.write(json.dumps(given) + "\n")
            answers.flush()


def serve(start: Callable[[dict], Campaign]) -> None:
    """Speaks the pool protocol until stdin ends; `start` opens the campaign that a message of that type describes."""
    campaign = None

    def answer(message: dict) -> dict | None:
        nonlocal campaign
        if message["type"] == "end":
            campaign = None
            return None
        if message["type"] == "start":
            campaign = start(message)
            return {"type": "ready"}
        before = time.process_time()
        indices, recommend = campaign.ask(message["measurements"], message["pending"], message["count"])
        return {"indices": indices, "recommend": recommend, "cpuSeconds": time.process_time() - before}

    answer_lines(answer)
