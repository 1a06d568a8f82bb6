"""The deck that `prep deck new` begins with. NAME stands for its id, SCHEMA for the schema's file. The questions
name the deck and are short: those of two new decks would be near duplicates otherwise."""

import re

SCAFFOLD = """\
# yaml-language-server: $schema=SCHEMA
# The format: docs/decks.md. Every card needs a source that a reader can open.
deck: {id: NAME, title: {en: "NAME"}}
cards:
  - id: NAME-first                  # stable: editing the text keeps the history
    kind: basic
    difficulty: 1                   # 1 to 3
    tags: [http]
    q: {en: "NAME: what is 304?", zh: "NAME：304 是什么？"}
    a: {en: "Its cached copy is still good; no body is sent.", zh: "缓存的副本仍然有效，响应不带响应体。"}
    points: [{en: "use the cached copy", zh: "使用缓存的副本"}, {en: "no body", zh: "没有响应体"}]
    hint: {en: "It answers a conditional request.", zh: "它是对条件请求的应答。"}
    cite: [{src: RFC 9110, sec: "15.4.5"}]
  - id: NAME-second
    kind: choice
    difficulty: 1
    tags: [http]
    q: {en: "NAME: which redirect is permanent?", zh: "NAME：哪个是永久重定向？"}
    choices:
      - {en: "301", right: true}
      - {en: "302", why: {en: "Found: only for now.", zh: "Found：只是暂时。"}}
      - {en: "304", why: {en: "Not Modified: the cached copy is still good.", zh: "Not Modified：缓存仍然有效。"}}
    hint: {en: "Its phrase says so.", zh: "看英文短语。"}
    cite: [{src: RFC 9110, sec: "15.4.2"}]
"""


def begun(name: str, schema: str) -> str:
    """The text of a new deck."""
    words = {"NAME": name, "SCHEMA": schema}
    return re.sub("NAME|SCHEMA", lambda found: words[found[0]], SCAFFOLD)


def longest_id(name: str) -> str:
    """The longest id in it."""
    return f"{name}-second"
