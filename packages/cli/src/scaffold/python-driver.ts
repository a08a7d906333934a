import { labNameOf } from "../init/lab-answers.ts";

/** Returns the files of a first driver in Python: a driver that works, the plant that it is tested against, and its test. */
export function pythonDriver(name: string): Record<string, string> {
  const kind = labNameOf(name);
  return { "driver.py": driver(kind), "plant.py": plant(kind), "test_driver.py": test(kind) };
}

const driver = (kind: string) => `from labloop_driver import Context, Counter, Device, Q
from pydantic import BaseModel

# The wire, to be replaced by that of your instrument. Each line is answered by one:
#   ID?           PUMP 1.0
#   DISPENSE 50   OK, or ERR busy
#   BUSY?         1 while it runs
#   COUNT?        how many it has begun, ever
#   LAST?         the volume of the last
#   HALT          OK
device = Device("${kind}", "0.1.0", capability="${kind}")
device.text_line(
    end="\\r\\n",
    identify=("ID?", r"PUMP (?P<firmware>\\S+)"),
    errors={"ERR busy": "busy", "ERR": "refused"},
    halt="HALT",
)


class Delivered(BaseModel):
    delivered: Q["uL"]


async def delivered(ctx: Context) -> Delivered:
    return Delivered(delivered=float(await ctx.ask("LAST?")))


# Did it take place? Asked after a crash. Does yours count as an act begins ("begin"), or once it is over ("end")?
dispenses = Counter("COUNT?", rises="begin", busy=("BUSY?", "1"), result=delivered)


@device.operation(typical="1 s", timeout="60 s", probe=dispenses, stop="HALT")
async def dispense(ctx: Context, volume: Q["uL", 1, 500]) -> Delivered:
    """Push liquid out."""
    await ctx.order(f"DISPENSE {volume:g}")
    return await dispenses.over(ctx)
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
        readings = {"ID?": "PUMP 1.0", "BUSY?": f"{self.target > 0:d}", "COUNT?": str(self.count), "LAST?": f"{self.volume:g}"}
        if line in readings:
            return readings[line]
        if line == "HALT":
            self.target = 0.0
        elif line.startswith("DISPENSE ") and not self.target:
            self.count, self.volume, self.target = self.count + 1, 0.0, float(line.split(" ")[1])
        else:
            return "ERR busy" if self.target else "ERR unknown"
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

from driver import device, dispense, dispenses
from labloop_driver import Address, Context, Happened, NotHappened, StillRunning, caps_of
from plant import Plant


class DriverTest(unittest.IsolatedAsyncioTestCase):
    async def test_it_doses_and_its_probe_tells_the_truth_all_along(self) -> None:
        plant = Plant()
        server = await asyncio.start_server(plant.serve, "127.0.0.1", 0)
        address = Address(port=server.sockets[0].getsockname()[1])
        async with asynccontextmanager(device.session_hook)(address) as line:
            ctx = Context.alone(line, baseline=await dispenses.baseline(Context.alone(line)))
            self.assertIsInstance(await dispenses.probe(ctx), NotHappened)
            act = asyncio.create_task(dispense(ctx, 50.0))
            while not plant.count and not act.done():
                await asyncio.sleep(0)
            self.assertIsInstance(await dispenses.probe(ctx), StillRunning)
            plant.finish()
            self.assertEqual((await act).delivered, 50.0)
            self.assertIsInstance(await dispenses.probe(ctx), Happened)
            self.assertEqual(plant.count, 1)
        server.close()

    def test_it_says_what_it_can_do(self) -> None:
        caps = caps_of(device)
        self.assertEqual(list(device.operations), ["dispense"])
        self.assertIn("${kind}", str(caps))


if __name__ == "__main__":
    unittest.main()
`;
