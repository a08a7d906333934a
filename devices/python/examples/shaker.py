"""A shaker-photometer that takes lines over TCP: all of its driver. Its wire:

    SHAKE 800 20    OK, or ERR 2 out of range, ERR 3 busy; shakes at 800 rpm for 20 s, which mixes the dye for good
    BUSY?           1 while it shakes
    COUNT?          how many shakes it has completed
    STOP            OK; stops at once; the shake is not counted
    READ            ABS 0.5312
    ID?             LUXO-2 sn=771 fw=1.4
"""

from pydantic import BaseModel

from labloop_driver import Context, Counter, Device, Q

luxo = Device("luxo-2", "1.0.0", capability="shaker-photometer")
luxo.text_line(
    end="\r\n",
    identify=("ID?", r"LUXO-2 sn=(?P<serial>\S+) fw=(?P<firmware>\S+)"),
    errors={"ERR 2": "outOfRange", "ERR 3": "busy", "ERR": "refused"},
    halt="STOP",
)
# It counts shakes that were completed: one that was stopped is not counted.
shakes = Counter("COUNT?", rises="end", busy=("BUSY?", "1"))


class Reading(BaseModel):
    absorbance: Q["1"]


@luxo.operation(typical="20 s", timeout="90 s", probe=shakes, stop="STOP")
async def shake(ctx: Context, rpm: Q["rpm", 100, 1500], seconds: Q["s", 1, 60]) -> None:
    """Shake the vial, which mixes the dye and cannot be undone."""
    await ctx.order(f"SHAKE {rpm:g} {seconds:g}")
    await shakes.over(ctx)


@luxo.operation(typical="0.2 s", timeout="5 s", retry="idempotent")
async def read(ctx: Context) -> Reading:
    """Read the absorbance; changes nothing."""
    return Reading(absorbance=float(await ctx.ask("READ", r"ABS (\S+)")))
