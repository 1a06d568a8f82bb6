"""How wide `prep sticky` writes: prose and messages as wide as the terminal, tables 80 columns."""

from shutil import get_terminal_size

TABLE = 80
NARROWEST = 24


def columns() -> int:
    return max(NARROWEST, min(get_terminal_size().columns, TABLE))
