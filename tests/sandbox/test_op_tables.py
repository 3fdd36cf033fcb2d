"""The tables of operators agree with torch itself."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import reduce
from pathlib import Path

import pytest

from learncnn.grader.sandbox.forbidden.dispatcher import OpWatch, base_name, kernels
from learncnn.grader.sandbox.forbidden.operators import AUTOGRAD, FAMILIES, SPELLINGS

torch = pytest.importorskip("torch")
F = "torch.nn.functional"
REVIEWED = Path(__file__).with_name("reviewed_operators.txt")


@pytest.mark.parametrize("name", sorted(n for n in SPELLINGS if n.startswith("torch.")))
def test_a_documented_name_exists(name: str) -> None:
    assert reduce(getattr, name.split(".")[1:], torch) is not None


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_a_family_has_members_in_the_dispatcher(name: str) -> None:
    assert kernels(name)


def every_operator() -> set[str]:
    """Return names with their namespaces, without overloads, as a fresh process has them.

    What other tests import may register more.
    """
    listing = "import torch; print(*torch._C._dispatch_get_all_op_names(), sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", listing], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_every_operator_of_this_torch_is_forbidden_by_a_family_or_reviewed() -> None:
    """A release that brings an operator under a new word fails here until a person has looked.

    Belongs it to a family, widen the family's pattern; else add its name to the list of those that
    do no exercise's work: `python -m tests.sandbox.test_op_tables` prints what the list is to be.
    """
    recorded, *names = REVIEWED.read_text().split()
    here = torch.__version__.partition("+")[0]
    if _parts(here) < _parts(recorded):
        pytest.skip("an older torch may have operators that are gone")
    assert unfamiliar() - set(names) == set()


def test_no_reviewed_operator_is_in_a_family() -> None:
    _, *names = REVIEWED.read_text().split()
    assert [name for name in names if _familiar(name)] == []


def unfamiliar() -> set[str]:
    return {name for name in every_operator() if not _familiar(name)}


def _familiar(name: str) -> bool:
    return any(family.has(base_name(name)) for family in FAMILIES.values())


def _parts(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


@pytest.mark.parametrize(
    ("name", "operators"),
    {
        f"{F}.conv2d": "aten::convolution aten::_nnpack_spatial_convolution quantized::conv2d "
        "onednn::qconv_pointwise mkldnn::_convolution_pointwise aten::mkldnn_convolution "
        "aten::convolution_backward aten::_convolution_double_backward "
        "aten::convolution_overrideable",
        f"{F}.max_pool2d": "aten::max_pool2d_with_indices quantized::max_pool2d "
        "aten::mkldnn_max_pool2d aten::mkldnn_max_pool3d aten::quantized_max_pool2d "
        "aten::fractional_max_pool2d",
        f"{F}.max_unpool2d": "aten::max_unpool2d aten::max_unpool3d",
        f"{F}.avg_pool2d": "aten::avg_pool2d aten::mkldnn_adaptive_avg_pool2d",
        f"{F}.softmax": "aten::_softmax aten::_masked_softmax aten::_sparse_softmax "
        "quantized::softmax aten::_safe_softmax aten::_scaled_dot_product_flash_attention_for_cpu",
        f"{F}.linear": "aten::linear aten::mkldnn_linear quantized::linear aten::bilinear",
        f"{F}.relu": "aten::relu aten::leaky_relu aten::threshold aten::hardtanh aten::elu "
        "aten::_addmm_activation",
        AUTOGRAD: "aten::max_pool2d_with_indices_backward aten::_make_dual aten::_backward "
        "aten::matmul_backward aten::glu_jvp aten::unfold_backward",
    }.items(),
)  # fmt: skip
def test_what_gave_full_marks_once_is_refused(name: str, operators: str) -> None:
    assert set(operators.split()) <= {kernel.partition(".")[0] for kernel, _ in kernels(name)}


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        (f"{F}.unfold", "unfold"),
        (f"{F}.fold", "unfold"),
        (f"{F}.conv2d", "_convert_indices_from_coo_to_csr"),
        (f"{F}.linear", "upsample_bilinear2d"),
        (f"{F}.linear", "upsample_linear1d"),
        (f"{F}.sigmoid", "gelu"),
        (AUTOGRAD, "requires_grad_"),
    ],
)
def test_what_honest_code_needs_is_allowed(name: str, allowed: str) -> None:
    assert not FAMILIES[name].has(allowed)


def test_what_was_refused_is_put_back() -> None:
    x = torch.ones(1, 1, 3, 3, requires_grad=True)
    watch = OpWatch()
    watch.forbid((f"{F}.conv2d", AUTOGRAD))
    for used in (
        lambda: torch.nn.functional.conv2d(x, x),
        lambda: x.sum().backward(),
        lambda: torch._C._ImperativeEngine().run_backward((x.sum(),), (None,), False, False, ()),
        lambda: torch._C._jit_get_operation("aten::grad"),
        lambda: torch.jit.CompilationUnit("def f(x):\n    return x\n"),
    ):
        with pytest.raises(RuntimeError, match="is not"):
            used()
    assert watch.taken() == (f"{F}.conv2d", AUTOGRAD)
    watch.forbid(())
    torch.nn.functional.conv2d(x, x).sum().backward()
    assert x.grad is not None
    assert torch.jit.CompilationUnit("def f(x):\n    return x\n").f(x) is not None


if __name__ == "__main__":
    print(torch.__version__.partition("+")[0], *sorted(unfamiliar()), sep="\n")
