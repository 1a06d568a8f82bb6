"""Pure engines: what is true. No clock, no random source, no files, no sockets, no printing."""
