"""Ready-made operators under all their names.

An exercise forbids an operator by its documented name (`torch.nn.functional.conv2d`). `SPELLINGS`
lists the operator's other names in Python; `FAMILIES` matches its names in torch's dispatcher.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_F = "torch.nn.functional"
#: Not an operator, but the engine that runs the backward pass of all of them.
AUTOGRAD = "torch.autograd"
#: Stands for the class of an object on which a method is called if the source does not show it.
METHOD = "torch.Tensor"
#: Modules in which torch implements operators a second time, in Python.
COPIES = (
    "torch._refs",
    "torch._decomp",
    "torch._prims",
    "torch.nn.functional",
    "torch.nn.modules.linear_cross_entropy",
)
#: Modules that register operators when they are first used. Older releases lack them.
LATE = ("torch.nn.modules.linear_cross_entropy",)


def _conv(d: int, *, transposed: bool = False) -> tuple[str, ...]:
    name = f"conv_transpose{d}d" if transposed else f"conv{d}d"
    layer = f"ConvTranspose{d}d" if transposed else f"Conv{d}d"
    return (
        f"torch.{name}",
        f"torch.nn.{layer}",
        f"torch.nn.Lazy{layer}",
        f"torch.nn.modules.conv.{layer}",
        f"torch.ops.aten.{name}",
        "torch.convolution",
        "torch.ops.aten.convolution",
        "torch.ops.aten._convolution",
        f"torch._C._VariableFunctions.{name}",
        f"torch._C._nn.{name}",
        "torch.ops.aten.convolution_backward",
        "torch.nn.grad",
    )


def _layer(function: str, layer: str, *more: str) -> tuple[str, ...]:
    return (f"torch.{function}", f"torch.nn.{layer}", f"torch.ops.aten.{function}", *more)


def _pool(kind: str, layer: str) -> Iterator[str]:
    """Yield the names of the same pooling over one and three axes."""
    for d in (1, 3):
        yield from (f"{_F}.{kind}_pool{d}d", f"torch.nn.{layer}Pool{d}d")


#: Documented name → the other names of the same operator in Python.
SPELLINGS: dict[str, tuple[str, ...]] = {
    **{f"{_F}.conv{d}d": _conv(d) for d in (1, 2, 3)},
    **{f"{_F}.conv_transpose{d}d": _conv(d, transposed=True) for d in (1, 2, 3)},
    f"{_F}.unfold": _layer("im2col", "Unfold", "torch._C._nn.im2col"),
    f"{_F}.fold": _layer("col2im", "Fold", "torch._C._nn.col2im"),
    f"{_F}.max_pool2d": _layer(
        "max_pool2d",
        "MaxPool2d",
        f"{_F}.max_pool2d_with_indices",
        f"{_F}.adaptive_max_pool2d",
        "torch.ops.aten.max_pool2d_with_indices",
        "torch.ops.aten.max_pool2d_with_indices_backward",
        *_pool("max", "Max"),
    ),
    f"{_F}.max_unpool2d": _layer("max_unpool2d", "MaxUnpool2d"),
    f"{_F}.avg_pool2d": _layer(
        "avg_pool2d",
        "AvgPool2d",
        "torch._C._nn.avg_pool2d",
        "torch.ops.aten.avg_pool2d_backward",
        *_pool("avg", "Avg"),
    ),
    f"{_F}.adaptive_avg_pool2d": _layer("adaptive_avg_pool2d", "AdaptiveAvgPool2d"),
    f"{_F}.pad": _layer("constant_pad_nd", "ConstantPad2d", "torch.nn.ZeroPad2d"),
    f"{_F}.softmax": _layer("softmax", "Softmax", "torch.special.softmax", f"{METHOD}.softmax"),
    f"{_F}.log_softmax": _layer(
        "log_softmax", "LogSoftmax", "torch.special.log_softmax", f"{METHOD}.log_softmax"
    ),
    f"{_F}.cross_entropy": (
        "torch.nn.CrossEntropyLoss",
        f"{_F}.linear_cross_entropy",
        "torch.nn.LinearCrossEntropyLoss",
        "torch.nn.KLDivLoss",
        "torch.nn.CTCLoss",
        "torch.distributions",
        "torch.ops.aten.cross_entropy_loss",
    ),
    f"{_F}.mse_loss": (
        "torch.nn.MSELoss",
        "torch.nn.GaussianNLLLoss",
        "torch.ops.aten.mse_loss",
    ),
    f"{_F}.linear": ("torch.nn.Linear", "torch.ops.aten.linear", "torch._C._nn.linear"),
    f"{_F}.relu": _layer("relu", "ReLU", "torch.relu_", f"{METHOD}.relu", f"{METHOD}.relu_"),
    f"{_F}.sigmoid": _layer(
        "sigmoid",
        "Sigmoid",
        "torch.special.expit",
        f"{_F}.logsigmoid",
        "torch.nn.LogSigmoid",
        f"{METHOD}.sigmoid",
        f"{METHOD}.sigmoid_",
    ),
    f"{_F}.one_hot": ("torch.ops.aten.one_hot",),
    AUTOGRAD: ("torch.func", "torch.enable_grad", f"{METHOD}.backward"),
    "torch.nn.Linear": (
        "torch.nn.LazyLinear",
        "torch.nn.modules.linear.Linear",
        "torch.nn.modules.linear.NonDynamicallyQuantizableLinear",
    ),
    "torch.optim.SGD": (
        "torch.optim.ASGD",
        "torch.optim.sgd.SGD",
        "torch.optim.sgd.sgd",
        "torch.optim.asgd.asgd",
    ),
    "numpy.convolve": ("numpy.correlate",),
    "numpy.lib.stride_tricks.sliding_window_view": ("numpy.sliding_window_view",),
    "numpy.lib.stride_tricks.as_strided": ("torch.as_strided",),
    "numpy.pad": ("numpy.lib.pad", "numpy.lib.arraypad.pad"),
}


class Family(NamedTuple):
    """The dispatcher's operators, in every namespace, that do the work of a documented name."""

    #: Matches the operator's name, without namespace and overload.
    pattern: re.Pattern[str]
    #: Names that match but do something else, which honest code may need.
    allowed: frozenset[str] = frozenset()

    def has(self, name: str) -> bool:
        """Return whether the operator `name` (`conv2d`, without namespace) belongs to it."""
        return self.pattern.search(name) is not None and name not in self.allowed


def _family(pattern: str, *allowed: str) -> Family:
    return Family(re.compile(pattern), frozenset(allowed))


_CONVOLUTION = _family(r"conv(?!ert)")
_AVERAGE = _family("avg_pool")
_SOFTMAX = _family("softmax|attention|transformer")

#: Documented name → its family. The operators are matched by pattern rather than listed, because
#: each release of torch adds operators whose names contain the same words.
FAMILIES: dict[str, Family] = {
    **{f"{_F}.conv{d}d": _CONVOLUTION for d in (1, 2, 3)},
    **{f"{_F}.conv_transpose{d}d": _CONVOLUTION for d in (1, 2, 3)},
    f"{_F}.unfold": _family("im2col"),  # `Tensor.unfold` is a view, which honest code needs
    f"{_F}.fold": _family("col2im|unfold_backward"),
    f"{_F}.max_pool2d": _family("max_pool"),
    f"{_F}.max_unpool2d": _family("max_unpool"),
    f"{_F}.avg_pool2d": _AVERAGE,
    f"{_F}.adaptive_avg_pool2d": _AVERAGE,
    f"{_F}.softmax": _SOFTMAX,
    f"{_F}.log_softmax": _SOFTMAX,
    f"{_F}.cross_entropy": _family("cross_entropy|nll_loss|kl_div|ctc_loss"),
    f"{_F}.mse_loss": _family("mse_loss|huber_loss|smooth_l1_loss|gaussian_nll"),
    f"{_F}.linear": _family(
        r"(?<!_bi)(?<!e_tri)linear", "_compute_linear_combination", "upsample_linear1d",
        "upsample_linear1d_backward",
    ),
    # Smooth activations become this one for a large factor or parameter.
    f"{_F}.relu": _family(
        r"relu|threshold|hardtanh|(?:^|_)c?elu_?$|_addmm_activation|softplus|gelu|mish|silu|swish"
    ),
    f"{_F}.sigmoid": _family(
        r"sigmoid|silu|swish|(?:^|_)glu|expit|lstm|gru|rnn_layer|softplus|mish"
    ),
    f"{_F}.one_hot": _family("one_hot"),
    # The autograd engine is not an operator; `dispatcher` replaces it as well.
    AUTOGRAD: _family(
        r"backward|_jvp|_grad_?$|get_gradients|_make_dual|_unpack_dual",
        "requires_grad_", "retain_grad", "retains_grad",
    ),
}  # fmt: skip
