"""Makes a PREP_HOME with many synthetic bilingual cards and a long log of reviews.

    python benchmarks/make_load.py FOLDER --cards 10000 --reviews 100000

The same numbers and the same seed give the same cards and the same answers; only the times move with the clock.
The log goes in through `Store.merge`, as an import does. A fifth of the cards is left new; of the others many are due.
"""

import argparse
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from prep import config, places
from prep.cards.shelf import own_decks
from prep.study.log import Review, new_id
from prep.study.memory import AGAIN, EASY, GOOD, HARD, millis
from prep.study.store import Store

DECKS = 20
DAYS = 300
SHARE_NEW = 0.2
KINDS = ("basic", "basic", "choice", "multi", "typed", "cloze", "order", "match")
RATINGS, WEIGHTS = (AGAIN, HARD, GOOD, EASY), (12, 10, 68, 10)
LATER = 20  # cards that wait to be answered again
ENGLISH = (
    "segment server client kernel window sequence number acknowledges retransmits after before queue listener socket "
    "timeout reset state half-open buffer sender receiver the a of and with until its one each packet router header"
)
CHINESE = (
    "报文段 服务器 客户端 内核 窗口 序列号 确认 重传 之后 之前 队列 监听 套接字 超时 复位 状态 半连接 缓冲区 发送方 "
    "接收方 的 和 直到 每个 数据包 路由器 首部 连接 不会 仍然"
)


def text(dice: Random, words: int, tail: str = "") -> dict[str, str]:
    """A text of so many words in English and in Chinese; the tail makes it differ from its neighbours."""
    return {
        "en": " ".join(dice.choices(ENGLISH.split(), k=words)) + tail,
        "zh": "".join(dice.choices(CHINESE.split(), k=words * 3 // 4)) + tail,
    }


def make_card(dice: Random, deck: str, place: int) -> dict[str, Any]:
    kind = KINDS[place % len(KINDS)]
    made: dict[str, Any] = {
        "id": f"{deck}-{place:04}",
        "kind": kind,
        "difficulty": dice.randint(1, 3),
        "tags": dice.sample(["tcp", "handshake", "states", "loss", "queues", "classic"], 2),
        "q": text(dice, 28, " {{SYN}}" if kind == "cloze" else "?"),
        "a": text(dice, 70, "."),
        "points": [text(dice, 12, ".") for _ in range(4)],
        "wrong": [{**text(dice, 14, f" {n}"), "why": text(dice, 24, ".")} for n in range(2)],
        "hint": text(dice, 18, "?"),
        "cite": [{"src": "RFC 9293", "sec": f"3.{dice.randint(1, 10)}"}, {"src": "tcp(7)"}],
        "next": [f"{deck}-{place + 1:04}"],
    }
    if place and dice.random() < 0.3:
        made["needs"] = [f"{deck}-{place - 1:04}"]
    match kind:
        case "choice" | "multi":
            made["choices"] = [{**text(dice, 12, f" {n + 2}"), **({} if n else {"right": True})} for n in range(2)]
        case "typed":
            made["accept"] = ["SYN", "syn flag"]
        case "cloze":
            made["accept"] = [["SYN", "syn"]]
        case "order":
            made["order"] = [text(dice, 4, f" {n}") for n in range(5)]
        case "match":
            made["pairs"] = [[text(dice, 3, f" {n}"), text(dice, 6, f" {n}")] for n in range(4)]
    return made


def make_decks(home: Path, cards: int, dice: Random) -> list[str]:
    """Writes the deck files and gives the ids of their cards."""
    folder = own_decks(home)
    folder.mkdir(parents=True)
    ids = []
    for number in range(min(DECKS, cards)):
        deck = f"load-{number:02}"
        made = [make_card(dice, deck, place) for place in range(len(range(number, cards, DECKS)))]
        lines = [f"deck: {json.dumps({'id': deck, 'title': text(dice, 3)}, ensure_ascii=False)}", "cards:"]
        lines += [f"  - {json.dumps(one, ensure_ascii=False)}" for one in made]  # JSON is YAML
        (folder / f"{deck}.yaml").write_text("\n".join(lines) + "\n", "utf-8")
        ids += [one["id"] for one in made]
    return ids


def reviews(ids: list[str], count: int, now: datetime, dice: Random) -> Iterator[tuple[Review, str]]:
    """Answers spread over past days, a session of a few hours each, as rows of an import. A card that was missed is
    answered again some answers later."""
    answered = dice.sample(ids, max(1, round(len(ids) * (1 - SHARE_NEW))))
    a_day = -(-count // DAYS)
    gap = timedelta(hours=3) / a_day
    missed: list[str] = []
    for n in range(count):
        day, place = divmod(n, a_day)
        at = now - timedelta(days=DAYS - day, hours=1) + place * gap
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        name = new_id(millis(at), None, dice.getrandbits(80))
        if len(missed) > LATER:
            card, rating = missed.pop(0), GOOD
        else:
            card, rating = dice.choice(answered), dice.choices(RATINGS, WEIGHTS)[0]
        if rating == AGAIN:
            missed.append(card)
        yield Review(name, at, card, rating, round(dice.uniform(2, 40), 1)), "synthetic"


def make_load(home: Path, cards: int, count: int, seed: int = 1) -> None:
    """Fills a folder that has no decks yet."""
    dice = Random(seed)
    ids = make_decks(home, cards, dice)
    settings = config.load(home)
    now = places.clock(places.zone(settings.timezone))()
    with Store(home, settings) as store:
        store.merge(reviews(ids, count, now, dice))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="becomes the PREP_HOME; must not hold decks yet")
    parser.add_argument("--cards", type=int, default=10_000)
    parser.add_argument("--reviews", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if own_decks(given.folder).exists():
        parser.error(f"{own_decks(given.folder)} exists already")
    make_load(given.folder, given.cards, given.reviews, given.seed)


if __name__ == "__main__":
    main()
