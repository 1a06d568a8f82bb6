"""`prep search` as it is typed."""


def test_hits_have_the_keys_of_the_contract(prep, home):
    hits = prep("search", "CLOSE_WAIT", "--json").json["hits"]

    assert hits
    assert all(hit.keys() == {"id", "deck", "snippet", "cite"} for hit in hits)
    assert all("RFC" in hit["cite"] or "(" in hit["cite"] for hit in hits)


def test_a_hit_names_deck_card_and_citation(prep, home):
    shown = prep("search", "粘包", "--lang", "zh", "--limit", "1")

    assert shown.code == 0
    assert " · framing" in shown.lines[0]
    assert "粘包" in shown.out
    assert "[RFC" in shown.out


def test_nothing_found_is_the_answer_no(prep, home):
    assert prep("search", "xyzzy").code == 1
    assert prep("search", "xyzzy", "--json").json == {"hits": []}


def test_words_without_a_letter_are_refused(prep, home):
    done = prep("search", "???")

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: '???': nothing to search for")


def test_a_page_shows_every_trap_the_proof_to_type_and_the_questions_that_come_next(prep, home):
    page = prep("show", "fr-byte-stream")

    assert page.out.count("✗ ") == 3
    assert "proof: prep lab run sticky.core: tcp_nagle.recv_sizes" in " ".join(page.out.split())
    assert "next: fr-need: " in page.out
