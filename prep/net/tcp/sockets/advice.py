"""What a finding says."""

from typing import NamedTuple

from prep.text import Both


class Advice(NamedTuple):
    """
    culprit: whose fault it usually is. does_not_help: what is often tried in vain, and why.
    cards: ids of the shipped decks. source: what the words rest on.
    weak: the meaning where the sign is a weak one. loopback: the meaning where the other end is on this host.
    """

    code: str
    meaning: Both
    culprit: Both
    remedy: Both
    does_not_help: Both
    cards: tuple[str, ...]
    source: str
    weak: Both | None = None
    loopback: Both | None = None
