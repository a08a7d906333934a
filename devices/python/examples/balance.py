"""A METTLER TOLEDO balance (MT-SICS) as a labloop device."""

import re

from pydantic import BaseModel

from labloop_driver import Context, Device, Failed, Lines, Q

balance = Device("mt-sics-balance", "1.0.0", capability="balance")


class Address(BaseModel):
    host: str
    port: int


class Weighed(BaseModel):
    mass: Q["g"]


@balance.session
async def session(address: Address):
    async with Lines.connect(address.host, address.port, end=b"\r\n", within_s=60) as wire:
        await wire.ask("@")  # drops what an earlier session may have left pending
        yield wire


@balance.operation(retry="retry-safe", typical="10 s", timeout="5 min")
async def weigh(ctx: Context) -> Weighed:
    """Weigh what stands on the pan."""
    for _ in range(5):
        answer = await ctx.session.ask("S")  # comes once the weight is stable, or as `S I` after 40 s
        if answer != "S I":
            break
        await ctx.sleep(1)
    weight = re.fullmatch(r"S S +(-?[\d.]+) g *", answer)
    if weight is None:
        raise Failed("balance.noWeight", f"asked for a stable weight, the balance said {answer!r}", "none")
    return Weighed(mass=float(weight[1]))
