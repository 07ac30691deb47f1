"""Compares what was acknowledged with what is there: each picture once, its bytes unchanged."""

import hashlib
import random
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

import httpx

from e2e.chaos.load import Ledger
from e2e.site import Site

_SAMPLE = 500


@dataclass(frozen=True)
class Verdict:
    """Counts of what went wrong; all zero is what we promise."""

    acknowledged: int
    lost: int
    doubled: int
    changed: int
    unreadable: int
    wrong_answers: dict[str, int]

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled or self.changed or self.unreadable or self.wrong_answers)


def verify(site: Site, ledger: Ledger) -> Verdict:
    """Walk the whole list, and fetch a random sample of the files."""
    stored: Counter[UUID] = Counter()
    digests: dict[UUID, str] = {}
    for image in site.everything("/images", limit="500"):
        stored[UUID(image["id"])] += 1
        digests[UUID(image["id"])] = image["sha256"]
    acknowledged = ledger.acknowledged
    sample = random.sample(sorted(acknowledged), min(_SAMPLE, len(acknowledged)))
    return Verdict(
        acknowledged=len(acknowledged),
        lost=sum(image_id not in stored for image_id in acknowledged),
        doubled=sum(number > 1 for number in stored.values()),
        changed=sum(digests.get(image_id, sha256) != sha256 for image_id, sha256 in acknowledged.items()),
        unreadable=sum(not _readable(site, image_id, acknowledged[image_id]) for image_id in sample),
        wrong_answers=ledger.wrong_answers,
    )


def _readable(site: Site, image_id: UUID, sha256: str) -> bool:
    answer = site.owner.get(f"/images/{image_id}/file")
    return answer.status_code == httpx.codes.OK and hashlib.sha256(answer.content).hexdigest() == sha256
