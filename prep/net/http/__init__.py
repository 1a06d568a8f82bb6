"""HTTP as reference tables: the status codes and the request methods, each with its meaning in English and Chinese and
the RFC section that defines it. The tables are plain data; nothing here sends or parses a message.
"""
