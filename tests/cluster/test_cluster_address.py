"""Test which schedulers may be connected to, and how."""

import pytest

from learncnn.grader.cluster.cluster_address import cluster_address, tls_files
from learncnn.grader.errors import UsageError


@pytest.fixture
def files(tmp_path):
    found = []
    for name in ("ca", "cert", "key"):
        (tmp_path / name).write_text("PEM")
        found.append(str(tmp_path / name))
    return found


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("tcp://127.0.0.1:8786", "tcp://127.0.0.1:8786"),
        ("127.0.0.1", "tcp://127.0.0.1:8786"),
        ("localhost:99", "tcp://127.0.0.1:99"),
        ("tcp://[::1]:8786", "tcp://[::1]:8786"),
    ],
)
def test_this_machine_needs_no_tls(text, address):
    assert cluster_address(text, None, insecure=False).to_json()["address"] == address


@pytest.mark.parametrize("text", ["tcp://192.0.2.7:8786", "192.0.2.7", "tcp://[2001:db8::1]:1"])
def test_another_machine_needs_tls_or_the_word_insecure(text, files):
    with pytest.raises(UsageError) as refused:
        cluster_address(text, None, insecure=False)
    assert refused.value.key == "cluster.not_encrypted"
    assert cluster_address(text, None, insecure=True).to_json()["address"].startswith("tcp://")
    encrypted = cluster_address(text, tls_files(*files), insecure=False).to_json()
    assert encrypted["address"].startswith("tls://")
    assert encrypted["tls"] == dict(zip(("ca", "cert", "key"), files, strict=True))


def test_tls_needs_its_three_files_and_a_tls_address_needs_tls(files):
    ca, cert, key = files
    assert tls_files(None, None, None) is None
    for given in [(ca, None, None), (None, cert, key)]:
        with pytest.raises(UsageError, match="missing"):
            tls_files(*given)
    with pytest.raises(UsageError, match="No such file"):
        tls_files(ca, cert, key + "2")
    with pytest.raises(UsageError) as refused:
        cluster_address("tls://127.0.0.1:1", None, insecure=True)
    assert refused.value.key == "cluster.tls_needed"


def test_a_scheduler_file_names_the_address(tmp_path):
    file = tmp_path / "scheduler.json"
    file.write_text('{"type": "Scheduler", "address": "tcp://127.0.0.1:4711"}')
    assert cluster_address(str(file), None, insecure=False).port == 4711
    file.write_text('["tcp://127.0.0.1:4711"]')
    with pytest.raises(UsageError) as refused:
        cluster_address(str(file), None, insecure=False)
    assert refused.value.key == "cluster.bad_scheduler_file"


@pytest.mark.parametrize("text", ["", "ucx://127.0.0.1:1", "tcp://", "a b:c", "inproc://x/1/2"])
def test_what_is_no_address_is_named(text):
    with pytest.raises(UsageError) as refused:
        cluster_address(text, None, insecure=True)
    assert refused.value.key in ("cluster.bad_address", "cluster.unknown_host")
