"""The tables of operators agree with torch itself."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from learncnn.grader.sandbox.forbidden import compilers, copies, engine
from learncnn.grader.sandbox.forbidden.dispatcher import OpWatch, base_name, computes, kernels
from learncnn.grader.sandbox.forbidden.operators import AUTOGRAD, COPIES, FAMILIES, SPELLINGS

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


def test_every_kernel_of_a_forbidden_operator_is_replaced_or_passes_on() -> None:
    """The dispatcher's own listing names all keys, a new one too."""
    left = set()
    replaced = {kernel for name in FAMILIES for kernel in kernels(name)}
    for operator in {operator for operator, _ in replaced}:
        listed = re.findall(
            r"^(\w+)(?:\[alias\])?: registered", torch._C._dispatch_dump(operator), re.M
        )
        left |= {key for key in listed if key != "debug" and (operator, key) not in replaced}
    assert {key for key in left if computes(key)} == set()


def _decomposed(name: str, *arguments: Any) -> Any:
    return getattr(importlib.import_module("torch._decomp.decompositions"), name)(*arguments)


@pytest.mark.parametrize(
    ("name", "use", "shape"),
    [
        (f"{F}.conv2d", lambda x: torch.nn.functional.conv2d(x, x), (1, 1, 3, 3)),
        (f"{F}.one_hot", lambda x: torch.nn.functional.one_hot(x.long(), 3), (2,)),
        (
            f"{F}.cross_entropy",
            lambda x: torch.nn.functional.cross_entropy(x, torch.tensor([0, 1])),
            (2, 3),
        ),
        (f"{F}.softmax", lambda x: x.softmax(1), (2, 3)),
        (f"{F}.softmax", lambda x: torch._refs.softmax(x, 1), (2, 3)),
        (f"{F}.adaptive_avg_pool2d", lambda x: torch._C._nn.adaptive_avg_pool2d(x, 1), (1, 3, 3)),
        (f"{F}.unfold", lambda x: _decomposed("im2col", x, [2], [1], [0], [1]), (1, 1, 3, 3)),
        (f"{F}.relu", lambda x: torch._refs.nn.functional.relu(x), (2,)),
        (AUTOGRAD, lambda x: _decomposed("sigmoid_backward", x, x), (2,)),
    ],
)
def test_an_operator_is_refused_plainly_and_batched(
    name: str, use: Callable[[Any], Any], shape: tuple[int, ...]
) -> None:
    x = torch.ones(shape)
    watch = OpWatch()
    watch.forbid((name,))
    try:
        for way in (lambda: use(x), lambda: torch.vmap(use)(x[None])):
            with pytest.raises(RuntimeError, match="not to be used"):
                way()
            assert watch.taken() == (name,)
    finally:
        watch.forbid(())


def test_every_decomposition_of_a_forbidden_operator_is_refused() -> None:
    table = importlib.import_module("torch._decomp").global_decomposition_table["post_autograd"]
    for name, family in FAMILIES.items():
        known = set(map(id, copies.functions(name)))
        missed = {
            operator.name()
            for operator, function in table.items()
            if family.has(base_name(operator.name())) and id(function) not in known
            if function.__module__.startswith(COPIES)
        }
        assert missed == set()


#: Modules of torch that are loaded with it and define functions with the names of forbidden
#: operators, which only call operators, or compute shapes.
CALLING = {
    "torch._functorch.predispatch",
    # Imported by other tests: the first needs a group of processes, the second builds graphs.
    "torch.distributed.tensor.parallel.loss",
    "torch.onnx._internal.torchscript_exporter.symbolic_opset9",
    "torch._meta_registrations",
    "torch.ao.nn.quantized.functional",
    "torch.masked._ops",
    "torch.nn.functional",
}


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_every_module_with_copies_of_operators_is_known() -> None:
    """A release that implements operators in Python elsewhere fails here until it is looked at."""
    forbidden = {base_name(name) for name in every_operator() if _familiar(name)}
    found = {
        module.__name__
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] == "torch" and module and not name.startswith(COPIES)
        for attribute, item in list(vars(module).items())
        if isinstance(item, FunctionType)
        and attribute in forbidden
        and item.__module__ == module.__name__
    }
    found = {name for name in found if not name.startswith(("torch._dynamo", "torch._inductor"))}
    assert found <= CALLING


#: Entries of `torch._C` with the words of a compiler that run no graph.
NO_COMPILERS = frozenset(Path(__file__).with_name("reviewed_entries.txt").read_text().split())
COMPILER = re.compile(
    r"jit|graph|script|static|lite|mobile|execut|interpret|compil|llga|nnc|tensorexpr|trace|lazy"
    r"|nativert|aoti|onnx|fus|decompos|upgrader|import_ir|parse_|_te$|runner|kernel",
    re.IGNORECASE,
)


def test_every_compiler_of_this_torch_is_refused_or_reviewed() -> None:
    refused = {name for _, name in compilers.entries(torch)}
    known = {*compilers.LOOKUPS, *compilers.SUBMODULES, *compilers.ALLOWED, *refused, *NO_COMPILERS}
    named = {name for name in dir(torch._C) if COMPILER.search(name)}
    classes = {name for name in named if isinstance(getattr(torch._C, name), type)}
    held = {owner.__name__ for owner, _ in compilers.entries(torch) if isinstance(owner, type)}
    assert named - known - (classes & held) == set()


def test_every_operator_of_graphs_alone_is_withheld_or_reviewed() -> None:
    left = compilers.unknown_to_the_dispatcher(torch) - compilers.withheld(torch)
    assert {name for name in left if _familiar(name)} == set()
    prim = {name for name in left if name.startswith("prim::")}
    assert prim <= NO_COMPILERS


def test_recording_can_be_switched_on_by_known_functions_alone() -> None:
    named = {
        name
        for name in dir(torch._C)
        if re.search(r"grad_?(enabled|mode)|inference_?mode", name, re.I)
    }
    asking = {"is_grad_enabled", "_is_fwd_grad_enabled", "is_inference_mode_enabled"}
    assert named - asking == {*engine.SWITCHES, engine.INFERENCE}


def test_gradients_cannot_be_had_in_another_way() -> None:
    x = torch.ones(3, requires_grad=True)
    y = (x * x).sum()
    watch = OpWatch()
    watch.forbid((AUTOGRAD,))
    try:
        for used in (
            lambda: torch.set_grad_enabled(True),
            lambda: torch.enable_grad().__enter__(),
            lambda: torch.inference_mode(False).__enter__(),
            lambda: torch.autograd.forward_ad._set_fwd_grad_enabled(True).__enter__(),
            lambda: y.grad_fn(torch.ones(())),
            lambda: type(y.grad_fn).__call__(y.grad_fn, torch.ones(())),
        ):
            with pytest.raises(RuntimeError, match="not to be used"):
                used()
            assert watch.taken() == (AUTOGRAD,)
        with torch.no_grad(), torch.inference_mode():
            assert not torch.is_grad_enabled()
        assert not torch.is_grad_enabled()
    finally:
        watch.forbid(())
    with pytest.raises(RuntimeError, match="not to be called"):
        y.grad_fn(torch.ones(()))
    y.backward()
    assert x.grad is not None


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
