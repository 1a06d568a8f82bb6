"""The tables of HTTP status codes and methods, held against the standard library and the RFCs."""

import http
import re
from collections import Counter

import pytest

from prep.net.http.methods import METHODS
from prep.net.http.status import STATUSES, Status, find, status_class

BY_CODE = {status.code: status for status in STATUSES}
ASKED = [status for status in STATUSES if status.tier in ("core", "common")]
RARE = [status for status in STATUSES if status.tier == "rare"]

# The IANA registry, edition of 2025-09-15, without 104, whose temporary registration that edition lists as temporary.
REGISTRY = [
    *(100, 101, 102, 103, *range(200, 209), 226, *range(300, 309), *range(400, 419)),
    *(421, 422, 423, 424, 425, 426, 428, 429, 431, 451, *range(500, 509), 510, 511),
]

# Where http.HTTPStatus has or had another phrase: Python 3.13 took over the names of RFC 9110, all but that of 418.
RENAMED = {
    413: "Request Entity Too Large",
    414: "Request-URI Too Long",
    416: "Requested Range Not Satisfiable",
    418: "I'm a Teapot",
    422: "Unprocessable Entity",
}

HAN = re.compile("[\u4e00-\u9fff]")
ASCII_MARK_IN_CHINESE = re.compile("[\u4e00-\u9fff][,.;:?!()]|[,;?!()][\u4e00-\u9fff]")


def codes(words: str) -> list[int]:
    return [status.code for status in find(words)]


def ids(status: Status) -> str:
    return str(status.code)


def numbers(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+", text))


def test_codes_are_the_registry_in_order() -> None:
    assert [status.code for status in STATUSES] == REGISTRY
    assert len(set(REGISTRY)) == len(STATUSES) == 63
    assert 104 not in BY_CODE


def test_phrases_agree_with_the_standard_library() -> None:
    both = [known for known in http.HTTPStatus if known.value in BY_CODE]
    assert len(both) == 62  # all but 306, which http.HTTPStatus leaves out
    for known in both:
        ours = BY_CODE[known.value]
        assert known.phrase in (ours.phrase, RENAMED.get(ours.code)), ours.code


def test_renamed_phrases_are_kept_as_old_ones() -> None:
    for code, old in RENAMED.items():
        assert BY_CODE[code].phrase.casefold() != old.casefold()
        assert old.casefold() in [phrase.casefold() for phrase in BY_CODE[code].old_phrases]


def test_names_of_rfc_9110() -> None:
    assert BY_CODE[413].phrase == "Content Too Large"
    assert BY_CODE[413].old_phrases == ("Payload Too Large", "Request Entity Too Large")
    assert BY_CODE[414].phrase == "URI Too Long"
    assert BY_CODE[416].phrase == "Range Not Satisfiable"
    assert BY_CODE[422].phrase == "Unprocessable Content"
    assert BY_CODE[302].old_phrases == ("Moved Temporarily",)
    assert {status.code for status in STATUSES if status.phrase == "(Unused)"} == {306, 418}


def test_an_old_phrase_is_never_a_current_one() -> None:
    current = {status.phrase.casefold() for status in STATUSES}
    old = [phrase.casefold() for status in STATUSES for phrase in status.old_phrases]
    assert not current & set(old)
    assert len(old) == len(set(old))


def test_sections() -> None:
    # RFC 9110 §15 numbers its codes without a gap, class by class, in the order of the codes.
    by_class: dict[int, list[str]] = {}
    for status in STATUSES:
        if status.rfc.startswith("RFC 9110 "):
            by_class.setdefault(status.code // 100, []).append(status.rfc)
    assert {digit: len(sections) for digit, sections in by_class.items()} == {1: 2, 2: 7, 3: 9, 4: 22, 5: 6}
    for digit, sections in by_class.items():
        assert sections == [f"RFC 9110 §15.{digit + 1}.{n}" for n in range(1, len(sections) + 1)]
    assert {status.code: status.rfc for status in STATUSES if not status.rfc.startswith("RFC 9110 ")} == {
        102: "RFC 2518 §10.1",
        103: "RFC 8297 §2",
        207: "RFC 4918 §11.1",
        208: "RFC 5842 §7.1",
        226: "RFC 3229 §10.4.1",
        423: "RFC 4918 §11.3",
        424: "RFC 4918 §11.4",
        425: "RFC 8470 §5.2",
        428: "RFC 6585 §3",
        429: "RFC 6585 §4",
        431: "RFC 6585 §5",
        451: "RFC 7725 §3",
        506: "RFC 2295 §8.1",
        507: "RFC 4918 §11.5",
        508: "RFC 5842 §7.2",
        510: "RFC 2774 §7",
        511: "RFC 6585 §6",
    }


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        (100, 199, "informational"),
        (200, 299, "successful"),
        (300, 399, "redirection"),
        (400, 499, "client error"),
        (500, 599, "server error"),
    ],
)
def test_classes(first: int, last: int, name: str) -> None:
    assert {status_class(code) for code in range(first, last + 1)} == {name}


@pytest.mark.parametrize("code", [-1, 0, 99, 600, 999, 2000])
def test_no_class_out_of_range(code: int) -> None:
    with pytest.raises(ValueError, match=f"^{code}: "):
        status_class(code)


def test_tiers() -> None:
    assert Counter(status.tier for status in STATUSES) == {"core": 27, "common": 14, "rare": 22}


@pytest.mark.parametrize("status", ASKED, ids=ids)
def test_asked_rows_have_situations_and_distractors(status: Status) -> None:
    assert status.situation.endswith(".")
    assert status.situation_zh.endswith("。")
    assert len(status.confused_with) == len(set(status.confused_with)) == 3
    assert status.code not in status.confused_with
    assert set(status.confused_with) <= BY_CODE.keys()
    assert list(status.confused_with) == sorted(status.confused_with)
    assert not set(status.confused_with) & {306, 418}  # nobody may send the reserved ones


@pytest.mark.parametrize("status", RARE, ids=ids)
def test_rare_rows_have_none(status: Status) -> None:
    assert status.situation == status.situation_zh == ""
    assert status.confused_with == ()


@pytest.mark.parametrize("status", ASKED, ids=ids)
def test_a_situation_does_not_give_its_code_away(status: Status) -> None:
    told = set(re.findall("[a-z]+", status.situation.casefold()))
    for phrase in (status.phrase, *status.old_phrases):
        assert phrase.casefold() not in status.situation.casefold()
        assert not set(re.findall("[a-z]+", phrase.casefold())) & told - {"http", "not", "for", "request", "too"}
    for part in [*re.split("[（）：，]", status.name_zh), *status.also_zh]:
        assert not part or part not in status.situation_zh
    for text in (status.situation, status.situation_zh):
        assert not re.search(rf"(?<!\d){status.code}(?!\d)", text)


@pytest.mark.parametrize("status", STATUSES, ids=ids)
def test_the_languages_are_apart_and_agree(status: Status) -> None:
    english = [status.phrase, status.rfc, status.meaning, status.situation, *status.old_phrases]
    assert not any(HAN.search(text) for text in english)
    chinese = [status.name_zh, *status.also_zh, status.meaning_zh] + ([status.situation_zh] if status.situation else [])
    for text in chinese:
        assert HAN.search(text)
        assert not ASCII_MARK_IN_CHINESE.search(text)
    assert numbers(status.meaning) == numbers(status.meaning_zh)
    assert numbers(status.situation) == numbers(status.situation_zh)


@pytest.mark.parametrize("status", STATUSES, ids=ids)
def test_a_meaning_says_more_than_the_phrase(status: Status) -> None:
    words = set(re.findall("[a-z]+", status.meaning.casefold()))
    assert len(words - set(re.findall("[a-z]+", status.phrase.casefold()))) >= 6
    assert not status.meaning.endswith(".")
    assert not status.meaning_zh.endswith("。")
    assert status.meaning_zh != status.name_zh


def test_no_text_stands_twice() -> None:
    for texts in (
        [status.meaning for status in STATUSES],
        [status.meaning_zh for status in STATUSES],
        [status.name_zh for status in STATUSES],
        [status.situation for status in ASKED],
        [status.situation_zh for status in ASKED],
    ):
        assert len(set(texts)) == len(texts)


def test_close_pairs_are_told_apart() -> None:
    # The pairs that interviews are made of: each side is offered as a wrong answer for the other.
    for one, other in [(401, 403), (301, 302), (307, 308), (301, 308), (302, 307), (409, 412), (502, 504), (408, 504)]:
        assert other in BY_CODE[one].confused_with
        assert one in BY_CODE[other].confused_with
    assert 422 in BY_CODE[400].confused_with
    assert 400 not in BY_CODE[422].confused_with  # many an API answers 400 there, and can defend it


def test_find_a_code() -> None:
    assert codes("404") == [404]
    assert codes(" 404 ") == [404]
    assert codes("４０４") == [404]
    assert codes("104") == codes("299") == codes("600") == []


def test_find_a_class() -> None:
    assert codes("4xx") == codes("4XX") == [code for code in REGISTRY if 400 <= code <= 499]
    assert codes("1xx") == [100, 101, 102, 103]
    assert codes("6xx") == []
    assert codes("5xx gateway") == [502, 504]


def test_find_wants_every_word() -> None:
    assert codes("not found") == codes("NOT  FOUND") == [404, 302]  # "another" has "not" in it
    assert codes("found not") == [302, 404]  # the order does not matter for a hit, but no name starts so
    assert codes("404 found") == [404]
    assert codes("404 gateway") == []
    assert codes("webdav") == [102, 207, 208, 423, 424, 507, 508]
    assert codes("nonesuch") == []
    assert codes("") == codes("   ") == []


def test_find_orders_exact_then_start_then_code() -> None:
    assert codes("ok")[0] == 200
    assert codes("conflict")[0] == 409
    assert codes("gone")[0] == 410
    assert codes("found")[:2] == [302, 404]  # the name, then a name that only contains it
    assert codes("precondition") == [412, 428]
    assert codes("moved")[:2] == [301, 302]  # 302 by its old name
    proxy = codes("proxy")
    assert proxy[0] == 407  # starts with it, although 203 and 305 stand earlier in the table
    assert proxy[1:] == sorted(proxy[1:])
    assert {203, 305, 502, 504} <= set(proxy)


def test_find_old_phrases() -> None:
    assert codes("payload") == [413]
    assert codes("request entity too large") == [413]
    assert codes("unprocessable entity") == [422]
    assert codes("moved temporarily") == [302]
    assert codes("teapot") == [418]


def test_find_chinese() -> None:
    assert codes("未找到") == [404]
    assert codes("临时重定向")[:2] == [302, 307]
    assert codes("网关超时") == [504]
    assert codes("换一条连接") == [421]
    assert codes("已接受,尚未完成") == [202]  # half-width punctuation will do
    assert codes("5xx 代理") == [502, 504]


def test_every_row_is_found_first_by_its_names() -> None:
    for status in STATUSES:
        assert codes(str(status.code)) == [status.code]
        if status.phrase != "(Unused)":
            assert codes(status.phrase)[0] == status.code
        assert codes(status.name_zh)[0] == status.code
        for old in status.old_phrases:
            assert codes(old)[0] == status.code


METHOD = {method.name: method for method in METHODS}


def test_methods_are_those_of_rfc_9110_and_patch_and_query() -> None:
    names = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE"]
    assert [method.name for method in METHODS] == [*names, "PATCH", "QUERY"]
    assert [METHOD[name].rfc for name in names] == [f"RFC 9110 §9.3.{n}" for n in range(1, 9)]
    assert METHOD["PATCH"].rfc == "RFC 5789 §2"
    assert METHOD["QUERY"].rfc == "RFC 10008 §2"


def test_safe_methods() -> None:
    assert {method.name for method in METHODS if method.safe} == {
        "GET", "HEAD", "OPTIONS", "TRACE",  # §9.2.1
        "QUERY",
    }  # fmt: skip


def test_idempotent_methods() -> None:
    safe = {method.name for method in METHODS if method.safe}
    assert {method.name for method in METHODS if method.idempotent} == {"PUT", "DELETE"} | safe  # §9.2.2


def test_cacheable_methods() -> None:
    assert {method.name for method in METHODS if method.cacheable is True} == {"GET", "HEAD"}
    assert "request content" in str(METHOD["QUERY"].cacheable)  # RFC 10008 §2.7
    conditional = {method.name: method.cacheable for method in METHODS if isinstance(method.cacheable, str)}
    del conditional["QUERY"]
    assert set(conditional) == {"POST", "PATCH"}  # §9.3.3; RFC 5789 §2
    for condition in conditional.values():
        assert "explicit freshness" in str(condition)
        assert "Content-Location" in str(condition)


def test_request_bodies() -> None:
    undefined = {method.name for method in METHODS if "no defined semantics" in method.request_body}
    assert undefined == {"GET", "HEAD", "DELETE"}  # §9.3.1, §9.3.2, §9.3.5
    assert "must not" in METHOD["TRACE"].request_body
    assert METHOD["CONNECT"].request_body.startswith("none")


def test_method_meanings() -> None:
    for method in METHODS:
        assert not HAN.search(method.meaning + method.request_body)
        assert HAN.search(method.meaning_zh)
        assert not ASCII_MARK_IN_CHINESE.search(method.meaning_zh)
        assert numbers(method.meaning) == numbers(method.meaning_zh)
