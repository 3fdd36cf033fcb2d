"""The filter as data: run by a small interpreter, for both architectures."""

from __future__ import annotations

import struct

import pytest

from learncnn.grader.sandbox.layers import seccomp
from learncnn.grader.sandbox.layers.syscalls import (
    ARCHITECTURES,
    CHECKED,
    CONSTANT,
    NUMBERS,
    REFUSED_NAMES,
)

ALLOW, KILL = 0x7FFF0000, 0x80000000
EPERM, ENOSYS = 0x00050001, 0x00050026
ZERO = 0x00050000  # the call is skipped and returns 0


def verdict(
    machine: str, number: int, *arguments: int, arch: int | None = None, key: int = 0
) -> int:
    """What the program answers for a call: the subset of BPF that it uses."""
    given = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    arch = ARCHITECTURES[machine][1] if arch is None else arch
    data = struct.pack("<IIQ6Q", number, arch, 0, *given)
    code = seccomp.program(machine, key=key)
    at, accumulator = 0, 0
    while True:
        operation, yes, no, k = code[at]
        at += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, k)
        elif operation == 0x06:
            return k
        else:
            test = {0x15: accumulator == k, 0x35: accumulator >= k, 0x45: accumulator & k}
            at += yes if test[operation] else no


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_exactly_the_listed_calls_are_allowed(machine: str) -> None:
    column = ARCHITECTURES[machine][0]
    allowed = {row[column] for row in NUMBERS.values()} - {None}
    constant = {row[column] for row in CONSTANT.values()}
    checked = {row[column] for row in CHECKED.values()} - {None}
    for number in set(range(600)) - checked:
        expected = ZERO if number in constant else ALLOW if number in allowed else EPERM
        assert verdict(machine, number) == expected, number


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_files_are_opened_for_reading_only(machine: str) -> None:
    number = CHECKED["openat"][ARCHITECTURES[machine][0]]
    assert number is not None
    assert verdict(machine, number, 0, 0, 0o2000000) == ALLOW
    for flag in (0o1, 0o2, 0o100, 0o1000, 0o2000, 0o20000000):
        assert verdict(machine, number, 0, 0, flag) == EPERM


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_limits_are_read_and_never_set(machine: str) -> None:
    number = CHECKED["prlimit64"][ARCHITECTURES[machine][0]]
    assert number is not None
    assert verdict(machine, number, 0, 7, 0, 99) == ALLOW
    assert verdict(machine, number, 0, 7, 1) == EPERM
    assert verdict(machine, number, 0, 7, 1 << 32) == EPERM


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_ioctl_and_fcntl_by_command(machine: str) -> None:
    column = ARCHITECTURES[machine][0]
    ioctl, fcntl = CHECKED["ioctl"][column], CHECKED["fcntl"][column]
    assert ioctl is not None
    assert fcntl is not None
    assert verdict(machine, ioctl, 1, 0x5413) == ALLOW
    assert verdict(machine, ioctl, 1, 0x5412) == EPERM  # TIOCSTI types into the terminal
    assert verdict(machine, fcntl, 1, 3) == ALLOW
    assert verdict(machine, fcntl, 1, 4) == EPERM  # F_SETFL outlives the process
    assert verdict(machine, fcntl, 1, 8) == EPERM  # F_SETOWN sends signals


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
@pytest.mark.parametrize("call", ["clock_gettime", "clock_getres", "clock_nanosleep"])
def test_the_clocks_of_other_processes_are_refused(machine: str, call: str) -> None:
    number = CHECKED[call][ARCHITECTURES[machine][0]]
    assert number is not None
    for clock in range(12):
        assert verdict(machine, number, clock) == ALLOW
    for clock in (-1, ~1 << 3 | 2, -(1 << 31)):
        assert verdict(machine, number, clock & 0xFFFFFFFF) == EPERM
        assert verdict(machine, number, clock & 0xFFFFFFFFFFFFFFFF) == EPERM


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_stopped_clocks_are_read_with_the_key_alone(machine: str) -> None:
    key, column = 0x1234567, ARCHITECTURES[machine][0]
    number = CHECKED["clock_gettime"][column]
    assert number is not None
    for clock in range(12):
        assert verdict(machine, number, key << 32 | clock, key=key) == ALLOW
        for wrong in (0, key + 1, 0xFFFFFFFF):
            assert verdict(machine, number, wrong << 32 | clock, key=key) == EPERM
    assert verdict(machine, number, key << 32 | 0xFFFFFFFE, key=key) == EPERM
    for name in ("gettimeofday", "time"):
        other = CHECKED[name][column]
        assert other is None or verdict(machine, other, key=key) == EPERM
        assert other is None or verdict(machine, other) == ALLOW


def test_clone3_is_unknown_and_clone_refused() -> None:
    assert verdict("x86_64", 435) == ENOSYS
    assert verdict("x86_64", 56) == EPERM


def test_the_32_bit_doors_are_closed() -> None:
    assert verdict("x86_64", 0x40000000) == ENOSYS
    assert verdict("x86_64", 0x40000001) == ENOSYS
    assert verdict("x86_64", 1, arch=0x40000003) == KILL
    assert verdict("aarch64", 64, arch=0x40000028) == KILL


def test_another_architecture_is_named() -> None:
    with pytest.raises(seccomp.Unsupported, match="riscv64"):
        seccomp.program("riscv64")


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_call_has_one_name_and_the_refused_ones_are_refused(machine: str) -> None:
    column = ARCHITECTURES[machine][0]
    tables = (NUMBERS, CONSTANT, CHECKED, REFUSED_NAMES)
    numbers = [row[column] for table in tables for row in table.values() if row[column] is not None]
    assert len(numbers) == len(set(numbers))
    for row in REFUSED_NAMES.values():
        assert row[column] is None or verdict(machine, row[column]) == EPERM
