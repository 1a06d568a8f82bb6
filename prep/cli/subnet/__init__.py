"""`prep subnet`: the calculator. Read the words → ask the engine → show.

`prep subnet 10.0.0.5/23` alone means `info`.
"""

from prep.cli.subnet import one, parts, practice, several
from prep.cli.subnet.group import app

__all__ = ["app", "one", "parts", "practice", "several"]
