"""Answer keys: made once, stored without pickle, never believed when damaged."""

import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from learncnn.grader.answer_key import store
from learncnn.grader.answer_key.build import build_key
from learncnn.grader.answer_key.compare import Precision, same_outcome
from learncnn.grader.answer_key.store import load_key, save_key
from learncnn.grader.course.exercise import case
from learncnn.grader.errors import DamagedKey, GraderFault


def test_the_same_seed_gives_the_same_key(exercise, key):
    again = build_key(exercise, framework="numpy", seed="test")
    assert again.digest == key.digest
    assert build_key(exercise, framework="numpy", seed="other").digest != key.digest
    assert build_key(exercise, framework="torch", seed="test").digest != key.digest


def test_public_cases_come_first_then_small_before_large(key):
    cases = key.cases_of("scale")
    assert [c.public for c in cases] == [True, False, False, False, False]
    sizes = [c.size for c in cases if not c.public]
    assert sizes == sorted(sizes)
    assert cases[-1].title == "large"


def test_frameworks_get_their_own_dtypes(exercise):
    for framework, dtype in (("numpy", "float64"), ("torch", "float32")):
        made = build_key(exercise, framework=framework, seed="test")
        assert made.cases[0].arguments["X"].dtype == dtype
        assert made.cases[0].expected.value.dtype == dtype
        assert made.cases[0].precision.dtype == dtype


def test_pairs_are_kept_in_both_orders_where_their_answers_differ(key):
    codes = [mutant.codes for mutant in key.mutants]
    assert ("TWICE",) in codes
    assert {("TWICE", "TRUNCATED"), ("TRUNCATED", "TWICE")} <= set(codes)
    assert len({("TWICE", "NEGATED"), ("NEGATED", "TWICE")} & set(codes)) == 1


def test_side_effects_of_a_mutant_are_part_of_its_answers(key):
    (mutant,) = [m for m in key.mutants if m.codes == ("MUTATE",)]
    assert all(mutant.outcomes[c.id].mutated == ("X",) for c in key.cases if c.group != "errors")


def test_a_key_survives_its_file(key, tmp_path):
    path = tmp_path / "keys" / "k.npz"
    save_key(key, path)
    loaded = load_key(path)
    assert loaded.identity == key.identity
    assert loaded.digest == key.digest
    for ours, theirs in zip(key.cases, loaded.cases, strict=True):
        assert (ours.id, ours.title, ours.group) == (theirs.id, theirs.title, theirs.group)
        assert same_outcome(ours.expected, theirs.expected, ours.precision)
        assert all(np.array_equal(ours.arguments[n], theirs.arguments[n]) for n in ours.arguments)
    assert [m.codes for m in loaded.mutants] == [m.codes for m in key.mutants]
    for ours, theirs in zip(key.mutants, loaded.mutants, strict=True):
        for c in key.cases:
            assert same_outcome(ours.outcomes[c.id], theirs.outcomes[c.id], c.precision)


def test_layout_of_inputs_survives_the_file(exercise, tmp_path):
    reference = exercise.references["scale"]

    @exercise.cases(reference)
    def _(draw):
        yield case("strided", X=draw.strided(draw.integers((3, 3))))

    key = build_key(exercise, framework="numpy", seed="test")
    save_key(key, tmp_path / "k.npz")
    (strided,) = [c for c in load_key(tmp_path / "k.npz").cases if c.title == "strided"]
    assert not strided.arguments["X"].flags.c_contiguous


def test_a_private_key_is_its_owners_alone(key, tmp_path):
    private = replace(key, identity=key.identity._replace(seed="private-0123"))
    modes = []
    for some in (key, private):
        save_key(some, tmp_path / "key.npz")
        modes.append((tmp_path / "key.npz").stat().st_mode & 0o777)
    assert modes == [0o644, 0o600]


def test_no_file_is_left_when_writing_fails(key, tmp_path, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(store.zipfile.ZipFile, "writestr", fail)
    with pytest.raises(OSError, match="disk full"):
        save_key(key, tmp_path / "k.npz")
    assert list(tmp_path.iterdir()) == []


def test_a_half_written_key_is_damaged(key, tmp_path):
    path = tmp_path / "k.npz"
    save_key(key, path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(DamagedKey):
        load_key(path)


@pytest.mark.parametrize("member", ["header", "inputs", "expected"])
def test_a_changed_key_is_damaged(key, tmp_path, member):
    path = tmp_path / "k.npz"
    save_key(key, path)
    change_member(path, member)
    with pytest.raises(DamagedKey, match="digest"):
        load_key(path)


@pytest.mark.parametrize("member", ["mutants", "mutants_header"])
def test_changed_misconceptions_are_damaged(key, tmp_path, member):
    path = tmp_path / "k.npz"
    save_key(key, path)
    change_member(path, member)
    with pytest.raises(DamagedKey, match="digest"):
        _ = load_key(path).mutants


def test_a_pickle_in_a_key_is_never_loaded(key, tmp_path):
    path = tmp_path / "k.npz"
    np.savez(path, header=np.array([{"a": 1}], dtype=object))
    with pytest.raises(DamagedKey):
        load_key(path)


def test_a_member_that_is_too_long_is_not_read_whole(key, tmp_path):
    import tracemalloc

    path = tmp_path / "k.npz"
    save_key(key, path)
    replace_member(path, "inputs", lambda _: bytes(1 << 24))
    tracemalloc.start()
    try:
        with pytest.MonkeyPatch.context() as limited:
            limited.setattr(store, "_MEMBER_BYTES", 1 << 16)
            with pytest.raises(DamagedKey, match="too long"):
                load_key(path)
        assert tracemalloc.get_traced_memory()[1] < 1 << 21
    finally:
        tracemalloc.stop()


def test_a_header_nested_without_end_is_damaged(key, tmp_path):
    path = tmp_path / "k.npz"
    members = store._members(key.identity, key.cases, key.mutants) | {"header": b"[" * 100_000}
    members["digest"] = store._digest(members).encode()
    with path.open("wb") as file:
        store._write_members(members, file)
    with pytest.raises(DamagedKey, match="malformed"):
        load_key(path)


@pytest.mark.parametrize("changed", ["shape", "dtype", "form"])
def test_malformed_answers_are_damaged_however_they_are_read(key, tmp_path, changed):
    path = tmp_path / "k.npz"
    members = store._members(key.identity, key.cases, key.mutants)
    header = json.loads(members["mutants_header"])
    for block in header["blocks"]["scale"]:
        for form in block["forms"]:
            for spec in form["value"][1]:
                spec[0] = "object" if changed == "dtype" else spec[0]
                spec[1] = [1000, *spec[1]] if changed == "shape" else spec[1]
            form["value"] = None if changed == "form" else form["value"]
    members["mutants_header"] = json.dumps(header).encode()
    members["mutants_digest"] = store._mutants_digest(members)
    members["digest"] = store._digest(members).encode()
    with path.open("wb") as file:
        store._write_members(members, file)
    mutant = load_key(path).mutants[0]
    case = key.cases_of("scale")[0].id
    with pytest.raises(DamagedKey, match="malformed"):
        _ = mutant.outcomes[case]
    with pytest.raises(DamagedKey, match="malformed"):
        _ = [stack.alike(np.zeros(stack.shape), Precision()) for stack in mutant.stacked(case)]


def test_a_key_of_another_format_is_damaged(key, tmp_path, monkeypatch):
    path = tmp_path / "k.npz"
    save_key(key, path)
    monkeypatch.setattr(store, "KEY_FORMAT", store.KEY_FORMAT + 1)
    with pytest.raises(DamagedKey, match="format"):
        load_key(path)


def test_a_surviving_mutant_is_refused(exercise):
    scale = exercise.references["scale"]

    @exercise.misconception("HARMLESS", scale)
    def _(scale, X, factor=2):
        return scale(X, factor)

    with pytest.raises(GraderFault, match="HARMLESS survives"):
        build_key(exercise, framework="numpy", seed="test")


def test_two_mutants_alike_are_refused(exercise):
    scale = exercise.references["scale"]

    @exercise.misconception("MINUS", scale)
    def _(scale, X, factor=2):
        return 0 - scale(X, factor)

    with pytest.raises(GraderFault, match="NEGATED and MINUS"):
        build_key(exercise, framework="numpy", seed="test")


def test_a_reference_that_returns_its_input_is_refused(exercise):
    @exercise.function
    def same(X):
        return X

    @exercise.cases(same)
    def _(draw):
        yield case("any", X=draw.arange(2, 2))

    with pytest.raises(GraderFault, match="changes or returns its input"):
        build_key(exercise, framework="numpy", seed="test")


def test_an_argument_the_reference_lacks_is_refused(exercise):
    @exercise.cases(exercise.references["scale"])
    def _(draw):
        yield case("typo", X=draw.arange(2, 2), facctor=2)

    with pytest.raises(GraderFault, match="facctor"):
        build_key(exercise, framework="numpy", seed="test")


def change_member(path, member):
    """Flip one byte of a member, with a valid archive around it."""

    def change(content):
        return content[:-2] + bytes([content[-2] ^ 1]) + content[-1:]

    replace_member(path, member, change)


def replace_member(path, member, change):
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[member] = change(members[member])
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data, zipfile.ZIP_DEFLATED)


def test_the_header_is_json(key, tmp_path):
    path = tmp_path / "k.npz"
    save_key(key, path)
    with np.load(path, allow_pickle=False) as archive:
        header = json.loads(archive["header"])
    assert header["identity"]["exercise"] == "ex90"
