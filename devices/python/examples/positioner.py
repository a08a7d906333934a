"""An ophyd-async motor as a labloop device; here ophyd-async's own simulated motor."""

from ophyd_async.sim import SimMotor
from pydantic import BaseModel

from labloop_driver import Context, Device, Happened, HappenedInPart, Q

stage = Device("ophyd-positioner", "1.0.0", capability="positioner")


class Position(BaseModel):
    position: Q["mm"]


@stage.session
async def session():
    motor = SimMotor("stage", instant=False)
    await motor.connect()
    yield motor


async def arrived(ctx: Context, target: float):
    position = await ctx.session.user_readback.get_value()
    at = {"position": position}
    return Happened(Position(position=position), whole=True) if abs(position - target) < 0.001 else HappenedInPart(at)


async def stop(ctx: Context) -> str:
    await ctx.session.stop(success=False)
    return "partial"


@stage.operation(retry="idempotent", typical="3 s", timeout="1 min", probe=arrived, stop=stop)
async def move(ctx: Context, target: Q["mm", -100, 100]) -> Position:
    """Move to a position."""
    await ctx.session.set(target)
    return Position(position=await ctx.session.user_readback.get_value())


@stage.halt
async def halt(motor: SimMotor) -> None:
    await motor.stop(success=False)


@stage.telemetry(every="500 ms", position="mm")
async def read(motor: SimMotor) -> dict:
    return {"position": await motor.user_readback.get_value()}
