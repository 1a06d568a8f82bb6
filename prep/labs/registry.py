"""All labs, by name. A family's module is imported when one of its labs is asked for."""

from importlib import import_module

from prep.errors import PrepError, did_you_mean
from prep.labs.kit import Lab

FAMILIES = {
    "sticky": ("sticky", "stalls", "boundaries"),
    "buf": ("buffers",),
    "handshake": ("handshake",),
    "accept": ("accept",),
    "states": ("states",),
    "close": ("close", "rebind"),
    "socket": ("reuse",),
    "rst": ("reset",),
    "io": ("io", "pythonic"),
    "keepalive": ("keepalive",),
    "udp": ("udp",),
    "port": ("port",),
    "unix": ("unix",),
    "ip": ("dual_stack",),
    "http": ("http_server",),
    "tls": ("tls",),
    "encap": ("encap",),
    "wire": ("wire_whole", "wire_open", "wire_queue", "wire_close", "wire_loss", "wire_dead", "wire_ip"),
    "sniff": ("sniff",),
}


def family(name: str) -> list[Lab]:
    """The labs whose names begin with this word."""
    modules = [import_module(f"prep.labs.{module}") for module in FAMILIES.get(name, ())]
    return [value for module in modules for value in vars(module).values() if isinstance(value, Lab)]


def all_labs() -> list[Lab]:
    return [lab for name in FAMILIES for lab in family(name)]


def find(name: str) -> Lab:
    """Raises PrepError with the closest name."""
    found = {lab.name: lab for lab in family(name.split(".")[0])}
    if name not in found:
        names = [lab.name for lab in all_labs()]
        raise PrepError("no such lab", where=name, hint=did_you_mean(name, names, "`prep lab list` shows them"))
    return found[name]
