"""When it is asked: the log, memory, the daily session."""
