import { labNameOf } from "../init/lab-answers.ts";

/** Returns the files of a first driver in Python: a driver that works, the plant that it is tested against, and its test. */
export function pythonDriver(name: string): Record<string, string> {
  const kind = labNameOf(name);
  return { "driver.py": driver(kind), "plant.py": plant(kind), "test_driver.py": test(kind) };
}

const driver = (kind: string) => `import asyncio

from labloop_driver import Context, Device, Happened, Lines, NotHappened, Q, StillRunning
from pydantic import BaseModel

# The wire, to be replaced by that of your instrument. Each line is answered by one:
#   DISPENSE 50   OK
#   STATE?        IDLE 7 50: how many it has begun, ever, and the volume of the last; BUSY 7 50 while it runs
#   HALT          OK
device = Device("${kind}", "0.1.0", capability="${kind}")


class Address(BaseModel):
    host: str = "127.0.0.1"
    port: int


class Delivered(BaseModel):
    delivered: Q["uL"]


@device.session
async def session(address: Address):
    async with Lines.connect(address.host, address.port) as wire:
        yield wire


async def look(wire: Lines) -> tuple[bool, int, float]:
    state, count, volume = (await wire.ask("STATE?")).split(" ")
    return state == "BUSY", int(count), float(volume)


# Read before anything moves: what will later tell whether it did.
async def before(ctx: Context) -> dict:
    is_busy, count, _ = await look(ctx.session)
    if is_busy:
        raise RuntimeError("it is busy")
    return {"count": count}


# After a crash: did it take place? This moves nothing.
async def happened(ctx: Context):
    is_busy, count, volume = await look(ctx.session)
    if is_busy:
        return StillRunning()
    return NotHappened() if count == ctx.baseline["count"] else Happened(Delivered(delivered=volume))


@device.operation(typical="1 s", timeout="60 s", baseline=before, probe=happened)
async def dispense(ctx: Context, volume: Q["uL", 1, 500]) -> Delivered:
    """Push liquid out."""
    await ctx.session.ask(f"DISPENSE {volume:g}")
    while (await look(ctx.session))[0]:
        await asyncio.sleep(0.05)
    return Delivered(delivered=(await look(ctx.session))[2])


@device.halt
async def halt(wire: Lines) -> None:
    await wire.ask("HALT")
`;

const plant = (
  kind: string,
) => `"""${kind} as its manual describes it: what the driver is tested against. Each act ends when \`finish\` says so."""

import asyncio


class Plant:
    def __init__(self) -> None:
        self.count, self.volume, self.target = 0, 0.0, 0.0

    def finish(self) -> None:
        self.volume, self.target = self.target, 0.0

    def answer(self, line: str) -> str:
        if line == "STATE?":
            return f"{'BUSY' if self.target else 'IDLE'} {self.count} {self.volume:g}"
        if line == "HALT":
            self.target = 0.0
        elif line.startswith("DISPENSE ") and not self.target:
            self.count, self.volume, self.target = self.count + 1, 0.0, float(line.split(" ")[1])
        else:
            return "ERROR"
        return "OK"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(f"{self.answer(line.decode().strip())}\\r\\n".encode())
            await writer.drain()
        writer.close()
`;

const test = (kind: string) => `import asyncio
import unittest
from contextlib import asynccontextmanager
from types import SimpleNamespace

from driver import Address, before, device, dispense, happened, session
from labloop_driver import Happened, NotHappened, StillRunning, caps_of
from plant import Plant


class DriverTest(unittest.IsolatedAsyncioTestCase):
    async def test_it_doses_and_its_probe_tells_the_truth_all_along(self) -> None:
        plant = Plant()
        server = await asyncio.start_server(plant.serve, "127.0.0.1", 0)
        address = Address(port=server.sockets[0].getsockname()[1])
        async with asynccontextmanager(session)(address) as wire:
            ctx = SimpleNamespace(session=wire, baseline={})
            ctx.baseline = await before(ctx)
            self.assertIsInstance(await happened(ctx), NotHappened)
            act = asyncio.create_task(dispense(ctx, 50.0))
            while not plant.count:
                await asyncio.sleep(0)
            self.assertIsInstance(await happened(ctx), StillRunning)
            plant.finish()
            self.assertEqual((await act).delivered, 50.0)
            self.assertIsInstance(await happened(ctx), Happened)
            self.assertEqual(plant.count, 1)
        server.close()

    def test_it_says_what_it_can_do(self) -> None:
        caps = caps_of(device)
        self.assertEqual(list(device.operations), ["dispense"])
        self.assertIn("${kind}", str(caps))


if __name__ == "__main__":
    unittest.main()
`;
