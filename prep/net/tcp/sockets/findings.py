"""THE TABLE of findings: what each means, whose fault it usually is, what to do, what does not help and why.

Its rows stand in opening.py, transfer.py and closing.py; which sockets make a finding, and how many, in tally.py and
places.py.
States are those of RFC 9293 §3.3.2; a sysctl is one of Linux (Documentation/networking/ip-sysctl.rst).
"""

from typing import Final

from prep.net.tcp.sockets.closing import CLOSING
from prep.net.tcp.sockets.opening import OPENING
from prep.net.tcp.sockets.transfer import TRANSFER

TABLE: Final = (*OPENING, *TRANSFER, *CLOSING)
ADVICE: Final = {advice.code: advice for advice in TABLE}
ORDER: Final = {advice.code: place for place, advice in enumerate(TABLE)}
