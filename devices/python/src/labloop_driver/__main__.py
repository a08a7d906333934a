"""Runs the device of a Python file: `python -m labloop_driver pump.py --device pump --lab demo --journal pump.db`."""

import argparse
import asyncio
import importlib.util
import ipaddress
import json
import logging
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .caps import write_caps
from .device import Device
from .driver import Driver
from .journal import JournalError
from .link import Broker
from .local_control import LocalRefused
from .quantities import DefinitionError
from .signature import believe_all, trust_in
from .world import World, WorldError

log = logging.getLogger("labloop_driver")


class UsageError(Exception):
    """Said in one line, with exit code 2."""


def main() -> int:
    options = _arguments()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(message)s")
    try:
        device = _load(Path(options.file), options.name)
        if options.announce is not None:
            write_caps(device, Path(options.announce))
            return 0
        driver = _driver_of(device, options)
        # Windows' own event loop knows no sockets of the kind that the MQTT client needs.
        loop = asyncio.SelectorEventLoop if sys.platform == "win32" else None
        with asyncio.Runner(loop_factory=loop) as runner:
            runner.run(_run(driver(), options.console))
        return 0
    except (UsageError, DefinitionError, JournalError, WorldError, ValueError, OSError) as error:
        print(f"labloop_driver: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


async def _run(driver: Driver, has_console: bool) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, driver.end)
        except NotImplementedError:
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(driver.end))
    if has_console:
        reading = lambda: [loop.call_soon_threadsafe(_told, driver, line) for line in sys.stdin]  # noqa: E731
        threading.Thread(target=reading, daemon=True).start()
    await driver.run()


_telling: set[asyncio.Task[None]] = set()


def _told(driver: Driver, line: str) -> None:
    task = asyncio.get_running_loop().create_task(_obey(driver, line))
    _telling.add(task)
    task.add_done_callback(_telling.discard)


async def _obey(driver: Driver, line: str) -> None:
    """D19: `local NAME` takes the instrument, `remote` gives it back; each is answered with one line."""
    word, _, by = line.strip().partition(" ")
    try:
        if word == "local":
            print(f"ok: {driver.take_local(by).by} has the instrument", flush=True)
        elif word == "remote":
            await driver.return_local()
            print("ok: the engine has the instrument", flush=True)
        elif word != "":
            print("no: say `local NAME` or `remote`", flush=True)
    except LocalRefused as error:
        print(f"no: {error}", flush=True)


def _driver_of(device: Device, options: argparse.Namespace) -> Callable[[], Driver]:
    if options.device is None or options.lab is None or options.journal is None:
        raise UsageError("say --device, --lab and --journal; or --announce FILE")
    credentials = json.loads(Path(options.credentials).read_text("utf-8")) if options.credentials else {}
    trust = trust_in([Path(pin).read_bytes() for pin in options.pin]) if options.pin else believe_all
    _check_secure(options.broker, bool(options.pin))
    world = None if options.world is None else World(Path(options.world), options.lab)
    broker = Broker(options.broker, credentials.get("user"), credentials.get("secret"), options.ca, trust)
    return lambda: Driver(
        device,
        device_id=options.device,
        lab=options.lab,
        broker=broker,
        journal=Path(options.journal),
        config=_config(options.config),
        mode="simulated" if options.simulated else "real",
        world=world,
        serial=options.serial,
        heartbeat_ms=options.heartbeat_ms,
        max_journal_bytes=options.max_journal_bytes,
    )


def _check_secure(url: str, is_pinned: bool) -> None:
    """Contract, section 4: off loopback anybody on the way could move the device."""
    address = urlsplit(url)
    if address.scheme not in ("mqtt", "mqtts") or not address.hostname:
        raise UsageError("the broker's url must look like mqtt://host:port or mqtts://host:port")
    try:
        is_loopback = ipaddress.ip_address(address.hostname).is_loopback
    except ValueError:
        is_loopback = address.hostname == "localhost"
    if not is_loopback and (address.scheme != "mqtts" or not is_pinned):
        raise UsageError(
            f"the broker at {address.hostname} is not on this machine: use mqtts:// and --pin engine.pub,"
            " which `labloop secure LAB.yaml --out DIR` makes"
        )


def _config(given: str | None) -> dict[str, Any]:
    if given is None:
        return {}
    text = given if given.lstrip().startswith("{") else Path(given).read_text("utf-8")
    config = json.loads(text)
    if not isinstance(config, dict):
        raise UsageError("the config is a JSON object")
    return config


def _load(path: Path, name: str | None) -> Device:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise UsageError(f"there is no Python file {path}")
    sys.path.insert(0, str(path.resolve().parent))
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except DefinitionError:
        raise
    except (Exception, SystemExit) as error:
        raise UsageError(f"{_place_of(error, path)}: the driver does not load: {_said(error)}") from error
    found = {name: value for name, value in vars(module).items() if isinstance(value, Device)}
    if name is None and len(found) == 1:
        return next(iter(found.values()))
    if name not in found:
        raise UsageError(f"{path} defines {', '.join(found) or 'no device'}; say which with --name")
    return found[name]


def _place_of(error: BaseException, path: Path) -> str:
    """The innermost line of the author's own files that led there."""
    if isinstance(error, SyntaxError) and Path(error.filename or "").is_file():
        return f"{error.filename}:{error.lineno}"
    folder = path.resolve().parent
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if folder in Path(frame.filename).resolve().parents]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else str(path)


def _said(error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError):
        return f"{error}; install it for {sys.executable}: -m pip install"
    return f"{type(error).__name__}: {error}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m labloop_driver", description=__doc__)
    parser.add_argument("file", help="the Python file that defines the device")
    parser.add_argument("--name", help="which device, where the file defines several")
    parser.add_argument("--announce", metavar="FILE", help="write what the device announces, for a lab file, and end")
    parser.add_argument("--device", help="its id in the lab file")
    parser.add_argument("--lab", help="the lab's name")
    parser.add_argument("--broker", default="mqtt://127.0.0.1:1883", help="default %(default)s")
    parser.add_argument("--journal", help="the device journal's file; made if it is not there")
    parser.add_argument("--config", help="the session's config: JSON, or a file with it")
    parser.add_argument("--world", help="address.json of a simulated lab's world: its clock, and where the instrument is")
    parser.add_argument("--simulated", action="store_true", help="what is driven is no real instrument")
    parser.add_argument("--serial", help="the instrument's serial number")
    parser.add_argument("--console", action="store_true", help="take `local NAME` and `remote` on standard input")
    parser.add_argument("--credentials", help="client file that `labloop secure` has made")
    parser.add_argument("--ca", help="authority of a TLS connection, PEM")
    parser.add_argument("--pin", action="append", help="public key of the engine to believe, PEM")
    parser.add_argument("--heartbeat-ms", type=int, default=1_000, help="default %(default)s")
    parser.add_argument("--max-journal-bytes", type=int, help="what the journal may grow to; default the disk")
    return parser.parse_args()


def run() -> None:
    sys.exit(main())


if __name__ == "__main__":
    run()
