"""The rules of `prep deck check`: name → what it holds to and why. `prep deck check --rules` prints them."""

RULES: dict[str, str] = {
    # the file
    "file": "A file that can be read; a pipe or folder is none.",
    "yaml": "The file is one YAML document.",
    "utf-8": "UTF-8 throughout.",
    "control-code": "No control, bidi or zero-width characters: they move the cursor or hide what is read.",
    "alias": "No anchors and aliases; the text is written out.",
    "tag": "No YAML tags; what is meant as text is quoted.",
    "depth": "Lists and mappings are not nested deeper than a card needs.",
    "size": "No text longer than anybody would read.",
    "duplicate-key": "A key stands once in a mapping.",
    # the form of a card
    "unknown-key": "Only keys of the card format; the closest known one is named.",
    "missing-key": "id, kind, difficulty, tags, q, cite, and what the kind needs.",
    "type": "Text where text belongs, a list where a list does.",
    "empty": "No empty text.",
    "id": "Letters, digits, `.`, `_` and `-`, at most 100.",
    "duplicate-id": "An id names one card; the history hangs on it.",
    "kind": "One of the eight kinds.",
    "difficulty": "1, 2 or 3.",
    "platform": "any, linux, windows or macos.",
    "generator": "A generator of drills that exists, in a version that it has.",
    "band": "A difficulty band that the generator has.",
    # can it be answered?
    "choices": "A choice has exactly one right option, a multi at least one; 2 to 9 are shown.",
    "accept": "A typed answer or a gap accepts something.",
    "gaps": "A cloze has gaps, as many in each language, and none that holds `;`.",
    "order": "At least two items to put in order.",
    "pairs": "2 to 9 pairs to match.",
    "distinct": "Options and items differ from each other.",
    # its sources
    "cite": "Every card has a source that a reader can open.",
    "cite-form": "RFC 9293, section 3.10.7.4: as it can be looked up.",
    "cite-obsolete": "An obsoleted RFC stands only beside its successor, marked `historic: true`.",
    "proof": "What the card says is computed again by our own commands; `--labs` asks this machine's kernel too.",
    "lab-skipped": "A lab that this machine cannot run, or a fact that it cannot show: only noted, with `--labs`.",
    # its neighbours
    "next-unknown": "What an interviewer asks next is a card that exists.",
    "needs-unknown": "What must be learned before is a card that exists.",
    "needs-cycle": "Cards that wait for each other would never be asked.",
    "twin-generator": "A generator and band has one card, and so one memory.",
    "near-duplicate": "Two cards do not ask nearly the same words.",
    # its wording
    "half-translated": "A card that asks in Chinese is in Chinese throughout.",
    "uneven-numbers": "Both languages say the same numbers.",
    "long-answer": "An answer can be said in a minute.",
    "long-question": "A question leaves room for its options on a small terminal.",
    "missing-hint": "A hint is there for who is stuck (in your own decks this is only noted).",
    "leak": "Neither question nor hint says the answer.",
    "giveaway": "The right option does not stand out by its length.",
    "everything": "No option speaks of the others: they are shuffled.",
}
