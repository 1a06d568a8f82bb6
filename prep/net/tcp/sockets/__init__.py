"""Socket listings: what an engineer pastes from a sick server, read line by line, and whose fault it is.

row.py and one reader a format → listing.py (recognises them) → tally.py (the rules) → findings.py (the words).
"""
