"""A syringe pump for tests: its plant is a folder, where every actuation is a line on disk, and files hold it back."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel

from labloop_driver import (
    Bounds,
    Calibration,
    CannotTell,
    Context,
    Device,
    Failed,
    Happened,
    HappenedInPart,
    NotHappened,
    Q,
    Series,
    StillRunning,
    Term,
    Watchdog,
)


class Config(BaseModel):
    plant: Path


class Delivered(BaseModel):
    delivered: Q["uL"]


class Trace(BaseModel):
    pressure: Series["kPa"]


class Syringe:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def note(self, line: str) -> None:
        with open(self.folder / "log", "a") as log:
            log.write(f"{line}\n")
            log.flush()
            os.fsync(log.fileno())

    def lines(self) -> list[str]:
        log = self.folder / "log"
        return log.read_text().splitlines() if log.exists() else []

    def has(self, name: str) -> bool:
        return (self.folder / name).exists()

    async def pass_gate(self, name: str) -> None:
        while self.has(name):
            await asyncio.sleep(0.005)


async def session(config: Config):
    if (config.plant / "unreachable").exists():
        raise ConnectionError("no syringe on the bus")
    yield Syringe(config.plant)


async def count(ctx: Context) -> dict:
    return {"lines": len(ctx.session.lines())}


async def probe(ctx: Context, volume: float):
    lines = ctx.session.lines()[ctx.baseline["lines"] :]
    if ctx.session.has("dumb"):
        return CannotTell()
    if f"done {ctx.command_id}" in lines:
        return Happened(Delivered(delivered=volume), whole=True)
    if f"act {ctx.command_id}" in lines:
        return StillRunning() if ctx.session.has("moving") else HappenedInPart({"lines": len(lines)})
    return NotHappened()


async def stop(ctx: Context) -> str:
    ctx.session.note("stop")
    return "partial"


async def pause(ctx: Context) -> None:
    ctx.session.note("pause")


async def resume(ctx: Context) -> None:
    ctx.session.note("resume")


def define(device: Device) -> Device:
    device.session(session)

    @device.operation(
        typical="3 s",
        timeout="30 s",
        by_params=(Term("500 ms"), Term("10 ms", of=("volume",))),
        probe=probe,
        baseline=count,
        stop=stop,
        pause=pause,
        resume=resume,
        partials=True,
    )
    async def dispense(ctx: Context, volume: Q["uL", 1, 500]) -> Delivered:
        """Push liquid out."""
        syringe = ctx.session
        await syringe.pass_gate("hold-before")
        syringe.note(f"act {ctx.command_id}")
        ctx.progress(0.5)
        ctx.partial(delivered=volume / 2)
        await syringe.pass_gate("hold-after")
        if syringe.has("slow"):
            await asyncio.sleep(0.4)
        if syringe.has("break"):
            raise RuntimeError("the syringe does not answer")
        if syringe.has("clog"):
            raise Failed("pump.clogged", "the needle is clogged", "none", pressure=400)
        syringe.note(f"done {ctx.command_id}")
        return Delivered(delivered=volume)

    @device.operation(retry="idempotent", typical="1 s", timeout="10 s")
    async def watch(ctx: Context, points: Annotated[int, Bounds(1, 100_000)]) -> Trace:
        return Trace(pressure=[100.125] * points)

    @device.halt
    async def halt(syringe: Syringe) -> None:
        syringe.note("halt")

    @device.rehome
    async def rehome(syringe: Syringe) -> None:
        if syringe.has("jammed"):
            raise RuntimeError("the plunger is jammed")
        syringe.note("home")

    @device.health(every="100 ms")
    async def condition(syringe: Syringe) -> str | None:
        if syringe.has("mute"):
            raise RuntimeError("no answer")
        return "the oil is low" if syringe.has("dry") else None

    @device.telemetry(every="100 ms", level="uL", pressure="kPa")
    async def read(syringe: Syringe) -> dict:
        return {"level": 5_000}

    return device


weighed = Calibration(
    ("dispense.delivered",), 90, "Weigh ten doses", when_expired="warn", renew="dispense", renew_with={"volume": "50 uL"}
)
pump = define(Device("test-pump", "1.2.0", capability="syringe-pump", calibration=weighed))
guarded = define(Device("test-pump", "1.2.0", capability="syringe-pump", watchdog=Watchdog("1 s", "hold")))
