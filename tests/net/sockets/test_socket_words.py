"""What the findings say: everything, in both languages, with cards that are shipped and figures that are computed."""

import re
from math import floor

import pytest

from prep.cards.shelf import open_shelf
from prep.net.tcp.sockets.findings import TABLE
from prep.net.tcp.sums import port_count, port_rate
from prep.text import Both


def test_every_card_to_study_is_shipped(tmp_path):
    shelf = open_shelf(tmp_path)
    known = set(shelf.ids())
    shelf.db.close()

    assert {card for advice in TABLE for card in advice.cards} - known == set()


@pytest.mark.parametrize("advice", TABLE, ids=lambda advice: advice.code)
def test_every_finding_says_everything_in_both_languages(advice):
    texts = [text for text in advice if isinstance(text, Both)]

    assert len(texts) >= 4
    assert all(text.en and re.search("[一-鿿]", text.zh) for text in texts)
    assert advice.cards
    assert advice.source


def test_the_codes_of_the_contract_are_all_there():
    contract = """close-wait-pile-up time-wait-as-client time-wait-as-server accept-queue-full not-accepted
        syn-sent-unanswered syn-received-waiting peer-not-reading peer-silent fin-wait-2-orphans
        fin-wait-2-half-closed self-connected"""

    assert set(contract.split()) <= {advice.code for advice in TABLE}


def test_the_rate_at_which_ports_run_out_is_computed():
    ports = port_count(32768, 60999)
    said = next(advice.meaning for advice in TABLE if advice.code == "time-wait-as-client")

    assert f"{ports} ports / 60 s = {floor(port_rate(ports))} new connections" in said.en
    assert f"{ports} 个端口" in said.zh
    assert f"{floor(port_rate(ports))} 个连接" in said.zh


def test_tcp_fin_timeout_is_refuted_as_a_cure_of_time_wait():
    said = next(advice.does_not_help for advice in TABLE if advice.code == "time-wait-as-client")

    assert said.en.startswith("tcp_fin_timeout: it does not shorten TIME_WAIT")
    assert said.zh.startswith("tcp_fin_timeout：缩短不了 TIME_WAIT")


def test_towards_loopback_the_default_of_linux_is_told_and_no_rate_of_60_s():
    said = next(advice.loopback for advice in TABLE if advice.code == "time-wait-as-client")

    for text in (said.en, said.zh):
        assert "tcp_tw_reuse=2" in text
        assert "470" not in text
        assert "EADDRNOTAVAIL" not in text
