"""A thermostat as a pymodbus server, over TCP or on a serial line (RTU): its bath takes the setpoint while the heater is on."""

import asyncio
import struct
import sys

from pymodbus import FramerType
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice


async def main(framing, line=None):
    bits = [SimData(0, values=[False] * 64, datatype=DataType.BITS)]
    discrete = [SimData(0, values=[False] * 64, datatype=DataType.BITS)]
    holding = [SimData(0, values=[0] * 64, datatype=DataType.REGISTERS)]
    inputs = [SimData(0, values=[4711, 200], datatype=DataType.REGISTERS)]
    device = SimDevice(1, simdata=(bits, discrete, holding, inputs))
    if line is None:
        framer = FramerType.SOCKET if framing == "tcp" else FramerType.RTU
        server = ModbusTcpServer(device, framer=framer, address=("127.0.0.1", 0))
    else:
        server = ModbusSerialServer(device, framer=FramerType.RTU, port=line, baudrate=9600)
    await server.serve_forever(background=True)
    print(server.transport.sockets[0].getsockname()[1] if line is None else "ready", flush=True)
    while True:
        await asyncio.sleep(0.02)
        if (await server.async_getValues(1, 1, 0))[0]:
            words = await server.async_getValues(1, 3, 10, 2)
            (target,) = struct.unpack(">f", struct.pack(">HH", *words))
            await server.async_setValues(1, 4, 1, [round(target * 10)])


asyncio.run(main(*sys.argv[1:]))
