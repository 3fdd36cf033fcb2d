"""Ready-made operators under all their names.

An exercise forbids an operator by its documented name (`torch.nn.functional.conv2d`); the same
operator goes by other names in Python, and by others again in torch's dispatcher.
"""

from __future__ import annotations

from collections.abc import Iterator

_F = "torch.nn.functional"
#: No operator, but the engine that goes back through all of them.
AUTOGRAD = "torch.autograd"
#: What is called on an object whose class the source does not tell.
METHOD = "torch.Tensor"


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
    """The same pooling over one and three axes."""
    for d in (1, 3):
        yield from (f"{_F}.{kind}_pool{d}d", f"torch.nn.{layer}Pool{d}d")


#: Documented name: the other names of the same operator in Python.
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
    f"{_F}.cross_entropy": ("torch.nn.CrossEntropyLoss", "torch.ops.aten.cross_entropy_loss"),
    f"{_F}.mse_loss": ("torch.nn.MSELoss", "torch.ops.aten.mse_loss"),
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
    "numpy.convolve": ("numpy.correlate",),
    "numpy.lib.stride_tricks.sliding_window_view": ("numpy.sliding_window_view",),
    "numpy.lib.stride_tricks.as_strided": ("torch.as_strided",),
    "numpy.pad": ("numpy.lib.pad", "numpy.lib.arraypad.pad"),
}

#: Operators that are put together from others (`conv2d`) are not needed: those refuse.
_CONVOLUTION = frozenset(
    [
        "convolution",
        "_convolution",
        "convolution_backward",
        "_slow_conv2d_forward",
        "slow_conv3d_forward",
        "slow_conv_dilated2d",
        "slow_conv_dilated3d",
        "slow_conv_transpose2d",
        "slow_conv_transpose3d",
        "conv_tbc",
        "mkldnn_convolution",
        "mkldnn::_convolution_pointwise",
        "mkldnn_prepacked::conv2d_run",
        "cudnn_convolution",
        "miopen_convolution",
        "_conv_depthwise2d",
    ]
)
#: Derivatives ready-made. The engine that makes them is no operator: `dispatcher` replaces it too.
_GRADIENTS = frozenset(
    [
        "avg_pool2d_backward",
        "avg_pool3d_backward",
        "_adaptive_avg_pool2d_backward",
        "max_pool2d_with_indices_backward",
        "max_pool3d_with_indices_backward",
        "adaptive_max_pool2d_backward",
        "convolution_backward",
        "threshold_backward",
        "sigmoid_backward",
        "_softmax_backward_data",
        "_log_softmax_backward_data",
        "mse_loss_backward",
        "nll_loss_backward",
        "nll_loss2d_backward",
        "_backward",
    ]
)

#: Documented name: what torch's dispatcher calls it. Names of view operators that honest code
#: needs too (`Tensor.unfold`) are left out.
DISPATCHED: dict[str, frozenset[str]] = {
    **{f"{_F}.conv{d}d": _CONVOLUTION for d in (1, 2, 3)},
    **{f"{_F}.conv_transpose{d}d": _CONVOLUTION for d in (1, 2, 3)},
    f"{_F}.unfold": frozenset({"im2col"}),
    f"{_F}.fold": frozenset({"col2im"}),
    f"{_F}.max_pool2d": frozenset(
        [
            "max_pool1d",
            "max_pool2d_with_indices",
            "max_pool3d_with_indices",
            "mkldnn_max_pool2d",
            "adaptive_max_pool2d",
            "adaptive_max_pool3d",
        ]
    ),
    f"{_F}.max_unpool2d": frozenset({"max_unpool2d"}),
    f"{_F}.avg_pool2d": frozenset(
        [
            "avg_pool2d",
            "avg_pool3d",
            "_adaptive_avg_pool2d",
            "_adaptive_avg_pool3d",
            "mkldnn_adaptive_avg_pool2d",
        ]
    ),
    f"{_F}.adaptive_avg_pool2d": frozenset(
        ["_adaptive_avg_pool2d", "_adaptive_avg_pool3d", "mkldnn_adaptive_avg_pool2d"]
    ),
    f"{_F}.softmax": frozenset({"_softmax"}),
    f"{_F}.log_softmax": frozenset({"_log_softmax"}),
    f"{_F}.cross_entropy": frozenset({"nll_loss_forward", "nll_loss2d_forward"}),
    f"{_F}.mse_loss": frozenset({"mse_loss"}),
    f"{_F}.relu": frozenset({"relu", "relu_"}),
    f"{_F}.sigmoid": frozenset({"sigmoid", "sigmoid_", "log_sigmoid_forward"}),
    f"{_F}.one_hot": frozenset({"one_hot"}),
    AUTOGRAD: _GRADIENTS,
}
