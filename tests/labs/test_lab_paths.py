"""The path that stands beside a lab is one that the state machine takes."""

import pytest

from prep.labs.registry import all_labs
from prep.net.tcp.check import check

PATHS = {lab.name: lab.path for lab in all_labs() if lab.path}


@pytest.mark.parametrize("name", PATHS)
def test_the_path_beside_a_lab_is_legal(name):
    assert check(PATHS[name])["legal"] is True
