"""Questions made by engines: the kit that they are made with, how answers are read, and a room for each family."""
