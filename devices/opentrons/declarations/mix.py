from opentrons import protocol_api

metadata = {"protocolName": "Mix two colours"}
requirements = {"robotType": "OT-2", "apiLevel": "2.20"}


def add_parameters(parameters: protocol_api.ParameterContext) -> None:
    for name in ("blue", "yellow"):
        parameters.add_float(
            variable_name=name, display_name=name, default=50.0, minimum=0.0, maximum=200.0, unit="uL"
        )


def run(protocol: protocol_api.ProtocolContext) -> None:
    plate = protocol.load_labware("corning_96_wellplate_360ul_flat", 1)
    troughs = protocol.load_labware("nest_12_reservoir_15ml", 2)
    tips = protocol.load_labware("opentrons_96_tiprack_300ul", 3)
    pipette = protocol.load_instrument("p300_single_gen2", "right", tip_racks=[tips])
    for trough, volume in (("A1", protocol.params.blue), ("A2", protocol.params.yellow)):
        if volume > 0:
            pipette.transfer(volume, troughs[trough], plate["A1"])
    protocol.comment(f"total: {protocol.params.blue + protocol.params.yellow}")
