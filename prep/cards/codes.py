"""Cards made from the table of HTTP status codes: what a number means, and which number a situation calls for.

Nothing is typed in twice: `prep http` and these cards read the same rows. Both directions exist for the codes that
interviews ask (tiers core and common).
"""

from prep.cards.card import Card, Choice, Cite, Deck, Option, Text, Typed
from prep.cards.deckfile import DeckFile
from prep.net.http.status import STATUSES, Status, status_class

ID = "http-codes"
TITLE = Text("HTTP status codes, code by code", "HTTP 状态码逐个过")
DIFFICULTY = {"core": 1, "common": 2}
CLASS_ZH = {
    "informational": "信息响应",
    "successful": "成功",
    "redirection": "重定向",
    "client error": "客户端错误",
    "server error": "服务器错误",
}
ROWS = {row.code: row for row in STATUSES}


def deck() -> DeckFile:
    asked = [row for row in STATUSES if row.tier in DIFFICULTY]
    cards: list[Card] = [*map(code_to_meaning, asked), *map(situation_to_code, asked)]
    return DeckFile(Deck(ID, TITLE, tuple(cards)), (), {})


SHORTEST = Text("Its phrase has two letters.", "英文短语只有两个字母。")


def code_to_meaning(row: Status) -> Typed:
    """`st-code-404`: the number is shown, its phrase is typed; older phrases and the Chinese names count too."""
    names = (row.phrase, *row.old_phrases)
    return Typed(
        id=f"st-code-{row.code}",
        deck=ID,
        difficulty=DIFFICULTY[row.tier],
        tags=("http", "status", row.tier),
        q=Text(
            f"HTTP status {row.code}: what is it called?",
            f"HTTP 状态码 {row.code} 叫什么（英文短语或中文意思）？",
        ),
        a=_explained(row),
        accept=(*names, *(f"{row.code} {name}" for name in names)),
        accept_zh=(row.name_zh, *row.also_zh),
        hint=SHORTEST if class_zh(row) == row.name_zh else _class(row),  # 200 is called as its class is
        cite=(_cite(row),),
        next=(f"st-code-{row.code}-when",),
    )


def situation_to_code(row: Status) -> Choice:
    """`st-code-404-when`: a situation is told, the code is chosen among those it is confused with."""
    others = [ROWS[code] for code in row.confused_with]
    return Choice(
        id=f"st-code-{row.code}-when",
        deck=ID,
        difficulty=DIFFICULTY[row.tier],
        tags=("http", "status", row.tier),
        q=Text(f"{row.situation} Which status code?", f"{row.situation_zh}应返回哪个状态码？"),
        a=_explained(row),
        choices=(
            Option(_label(row), right=True),
            *(Option(_label(other), why=_explained(other)) for other in others),
        ),
        hint=_class(row),
        cite=(_cite(row),),
        needs=(f"st-code-{row.code}",),
    )


def _class(row: Status) -> Text:
    return Text(f"Class: {status_class(row.code)}.", f"所属类别：{class_zh(row)}。")


def class_zh(row: Status) -> str:
    return CLASS_ZH[status_class(row.code)]


def _label(row: Status) -> Text:
    return Text(f"{row.code} {row.phrase}")


def _explained(row: Status) -> Text:
    return Text(f"{row.code} {row.phrase}: {row.meaning}.", f"{row.code} {row.phrase}：{row.meaning_zh}。")


def _cite(row: Status) -> Cite:
    src, _, sec = row.rfc.partition(" §")
    return Cite(src, sec or None)
