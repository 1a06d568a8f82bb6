"""Drills: the sums of TCP and UDP that interviews ask for, all rooms of them."""

from prep.cards.drills import (
    tcp_bytes,
    tcp_congestion,
    tcp_costs,
    tcp_limits,
    tcp_sizes,
    tcp_syn,
    tcp_timers,
    tcp_windows,
)
from prep.cards.drills.kit import Drill

DRILLS: tuple[Drill, ...] = (
    *tcp_syn.DRILLS,
    *tcp_timers.DRILLS,
    *tcp_bytes.DRILLS,
    *tcp_sizes.DRILLS,
    *tcp_windows.DRILLS,
    *tcp_congestion.DRILLS,
    *tcp_limits.DRILLS,
    *tcp_costs.DRILLS,
)
