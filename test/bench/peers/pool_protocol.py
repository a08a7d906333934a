"""Serves JSON lines and the pool protocol (PROTOCOL.md) on one thread. Import it before anything that brings threads."""

import json
import os
import random
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


def shuffled(message: dict) -> tuple[dict, list[int]]:
    """Returns a start with its candidates in an order drawn from its seed, and the index that each had before.

    Libraries take the first of equals, of which categories have many, and published tables are sorted by them.
    """
    order = list(range(len(message["candidates"])))
    random.Random(message["seed"]).shuffle(order)
    rows = {name: [message[name][index] for index in order] for name in ("candidates", "features")}
    return {**message, **rows}, order


def serve(start: Callable[[dict], Campaign]) -> None:
    """Speaks the pool protocol until stdin ends; `start` opens the campaign that a message of that type describes."""
    campaign = None
    order: list[int] = []
    place_of: dict[int, int] = {}

    def answer(message: dict) -> dict | None:
        nonlocal campaign, order, place_of
        if message["type"] == "end":
            campaign = None
            return None
        if message["type"] == "start":
            given, order = shuffled(message)
            place_of = {index: place for place, index in enumerate(order)}
            campaign = start(given)
            return {"type": "ready"}
        before = time.process_time()
        measured = [{**one, "index": place_of[one["index"]]} for one in message["measurements"]]
        chosen, recommended = campaign.ask(measured, [place_of[index] for index in message["pending"]], message["count"])
        recommend = None if recommended is None else order[recommended]
        indices = [order[place] for place in chosen]
        return {"indices": indices, "recommend": recommend, "cpuSeconds": time.process_time() - before}

    answer_lines(answer)
