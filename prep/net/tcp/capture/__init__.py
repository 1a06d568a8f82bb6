"""A capture read as connections: records.py (pcap and pcapng), frames.py (link layers down to TCP), flows.py (every
connection, as it ends), connections.py (which are open), watcher.py (what a watcher knows of the two ends), zeek.py
(conn_state), findings.py."""
