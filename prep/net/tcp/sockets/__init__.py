"""Socket listings: what an engineer pastes from a sick server, read line by line, and whose fault it is.

row.py, ends.py and one reader a format → listing.py (recognises them; what is no row: prefix.py, counts.py, report.py)
→ tally.py (the rules; what it counts: places.py, owners.py, accepting.py) → findings.py (the words).
"""
