"""A PyLabRobot liquid handler as a labloop device; here with PyLabRobot's own backend for runs without a machine."""

from pydantic import BaseModel
from pylabrobot.liquid_handling import LiquidHandler
from pylabrobot.liquid_handling.backends import LiquidHandlerChatterboxBackend
from pylabrobot.resources import PLT_CAR_L5AC_A00, TIP_CAR_480_A00, Cor_96_wellplate_360ul_Fb, set_volume_tracking
from pylabrobot.resources.errors import TooLittleLiquidError
from pylabrobot.resources.hamilton import STARLetDeck, hamilton_96_tiprack_1000uL_filter

from labloop_driver import Context, Device, Failed, Q

handler = Device("pylabrobot-liquid-handler", "1.0.0", capability="liquid-handler")
set_volume_tracking(True)


class Moved(BaseModel):
    moved: Q["uL"]
    left: Q["uL"]


@handler.session
async def session():
    async with LiquidHandler(LiquidHandlerChatterboxBackend(), deck=STARLetDeck()) as machine:
        tips, plates = TIP_CAR_480_A00("tips carrier"), PLT_CAR_L5AC_A00("plates carrier")
        tips[0], plates[0] = hamilton_96_tiprack_1000uL_filter("tips"), Cor_96_wellplate_360ul_Fb("plate")
        machine.deck.assign_child_resource(tips, rails=1)
        machine.deck.assign_child_resource(plates, rails=9)
        plates[0].resource.get_well("A1").tracker.set_volume(200)
        yield machine


# Nothing on a pipette tells afterwards what went through it: after a crash a person has to look.
@handler.operation(typical="20 s", timeout="2 min", probe="none")
async def transfer(ctx: Context, source: str, target: str, volume: Q["uL", 1, 300]) -> Moved:
    """Move liquid from well to well with a new tip."""
    machine, plate = ctx.session, ctx.session.deck.get_resource("plate")
    tip = next(spot for spot in machine.deck.get_resource("tips").get_all_items() if spot.has_tip())
    well = plate.get_well(source)
    await machine.pick_up_tips([tip])
    try:
        await machine.aspirate([well], vols=[volume])
    except TooLittleLiquidError as error:
        await machine.discard_tips()
        raise Failed("handler.tooLittleLiquid", str(error), "none") from error
    await machine.dispense([plate.get_well(target)], vols=[volume])
    await machine.discard_tips()
    return Moved(moved=volume, left=well.tracker.get_used_volume())
