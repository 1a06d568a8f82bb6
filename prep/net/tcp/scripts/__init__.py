"""Named scripts: what interviews ask about connections, each an exchange that can be played."""

from prep.net.tcp.scripts.closing import CLOSING
from prep.net.tcp.scripts.kit import Script
from prep.net.tcp.scripts.opening import OPENING
from prep.net.tcp.scripts.wrong import WRONG


def named() -> dict[str, Script]:
    """All scripts by name: opening, data, closing, then what goes wrong."""
    return {script.name: script for script in (*OPENING, *CLOSING, *WRONG)}
