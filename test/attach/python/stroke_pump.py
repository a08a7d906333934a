"""A syringe pump that takes lines over TCP; its session is its author's own."""

from pydantic import BaseModel

from labloop_driver import Context, Device, Happened, Lines, NotHappened, Q, StillRunning

pump = Device("syringe-pump", "1.0.0", capability="syringe-pump")


class Address(BaseModel):
    host: str = "127.0.0.1"
    port: int


class Delivered(BaseModel):
    delivered: Q["uL"]


@pump.session
async def session(address: Address):
    async with Lines.connect(address.host, address.port) as wire:
        yield wire


async def strokes(ctx: Context) -> dict:
    return {"strokes": int(await ctx.session.ask("COUNT?"))}


async def until_over(ctx: Context) -> Delivered:
    while await ctx.session.ask("BUSY?") == "1":
        await ctx.sleep(0.05)
    return Delivered(delivered=float(await ctx.session.ask("LAST?")))


async def happened(ctx: Context):
    if await ctx.session.ask("BUSY?") == "1":  # asked first: an instrument may count an act only when it is over
        return StillRunning()
    if int(await ctx.session.ask("COUNT?")) == ctx.baseline["strokes"]:
        return NotHappened()
    return Happened(await until_over(ctx))


@pump.operation(typical="1 s", timeout="30 s", baseline=strokes, probe=happened)
async def dispense(ctx: Context, volume: Q["uL", 1, 500]) -> Delivered:
    """Push liquid out."""
    await ctx.session.ask(f"DISPENSE {volume:g}")
    return await until_over(ctx)


@pump.halt
async def halt(wire: Lines) -> None:
    await wire.ask("HALT")
