"""What you type and what you see.

A command lives for a tenth of a second, and looking for garbage while its modules load would take a tenth of that: the
collector comes on only where a command really makes many objects.
"""

import gc

gc.set_threshold(100_000)
