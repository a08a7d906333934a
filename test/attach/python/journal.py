"""Writes a journal, prunes it, and prints what is left (D9)."""

import json
import sys
from pathlib import Path

from labloop_driver.clocks import Moment
from labloop_driver.facts import cancelled_unseen
from labloop_driver.journal import Journal, Prune
from labloop_driver.models import CancelCommand

journal = Journal(Path(sys.argv[1]))


def id_of(n: int) -> str:
    return f"01JGZZZZZZZZZZZZZZZZZZ{n:04d}.1"


for n in range(1, 9):
    cancel = CancelCommand.model_validate(
        {
            "v": 1,
            "kind": "cancel",
            "device": "pump-1",
            "epoch": 1,
            "engineId": "engine-1",
            "issuedAt": "2026-01-05T08:00:00.000Z",
            "commandId": id_of(n),
            "dseq": n,
            "reason": "operator",
        }
    )
    journal.write(cancelled_unseen(cancel, Moment(n * 1_000, n)))
journal.write(acked=[id_of(n) for n in (1, 2, 3, 5, 6, 7, 8)])
# Of the acknowledged ones settled before 7 s all may go but the three highest numbers: 4 was never acknowledged.
journal.write(prune=Prune(keep=3, before=7_000))
left = [n for n in range(1, 9) if journal.find(id_of(n)) is not None]
print(json.dumps({"left": left, "watermark": journal.head.watermark, "unacked": len(journal.unacked())}))
journal.close()
