"""Large cases of some exercises, with inputs as large as a real network's, for machines with a GPU.

The references compute the expected answers on the GPU; torch's own operators are timed for
comparison.
"""

from collections.abc import Iterator
from typing import Any

from learncnn.grader.course.case_draws import Draw
from learncnn.grader.course.exercise import Exercise, LargeSpec, large

#: Shape of a batch of photographs after a network's first layer.
BATCH = (32, 64, 112, 112)
#: Shape of the same batch deeper in the network.
DEEP = (32, 64, 56, 56)
#: Shape of a few photographs, for `im2col`, whose output is nine times as large as its input.
FEW = (8, 16, 112, 112)
#: Size of a 4K video frame, as (height, width).
FRAME = (2160, 3840)


def add_to(exercise: Exercise) -> None:
    """Give an exercise its large cases, if it has any and does not define its own."""
    if exercise.larger is None:
        exercise.larger = GENERATORS.get(exercise.id)


def _corr2d(draw: Draw) -> Iterator[LargeSpec]:
    def operator(X: Any, K: Any) -> Any:
        return _functional().conv2d(X[None, None], K[None, None])

    yield large("corr2d", operator, X=draw.noise(FRAME), K=draw.noise((7, 5)))


def _conv2d(draw: Draw) -> Iterator[LargeSpec]:
    yield large(
        "conv2d",
        _functional().conv2d,
        input=draw.noise(BATCH),
        weight=draw.noise((64, BATCH[1], 3, 3)),
        bias=draw.noise(64),
        stride=2,
        padding=1,
    )
    yield large(
        "conv2d",
        _functional().conv2d,
        input=draw.noise(DEEP),
        weight=draw.noise((128, DEEP[1], 5, 3)),
        padding=(2, 1),
    )


def _conv1x1(draw: Draw) -> Iterator[LargeSpec]:
    def operator(input: Any, weight: Any, bias: Any) -> Any:
        return _functional().conv2d(input, weight[:, :, None, None], bias)

    yield large(
        "conv1x1",
        operator,
        input=draw.noise(BATCH),
        weight=draw.noise((32, BATCH[1])),
        bias=draw.noise(32),
    )


def _pooling(draw: Draw) -> Iterator[LargeSpec]:
    overlapping = {"kernel_size": 3, "stride": 2, "padding": 1}
    yield large("max_pool2d", _functional().max_pool2d, input=draw.noise(BATCH), **overlapping)
    yield large("avg_pool2d", _functional().avg_pool2d, input=draw.noise(BATCH), **overlapping)


def _with_indices(draw: Draw) -> Iterator[LargeSpec]:
    def operator(**arguments: Any) -> Any:
        return _functional().max_pool2d(**arguments, return_indices=True)

    yield large(
        "max_pool2d_with_indices",
        operator,
        input=draw.noise(BATCH),
        kernel_size=3,
        stride=2,
        padding=1,
    )


def _avg_backward(draw: Draw) -> Iterator[LargeSpec]:
    import torch

    def operator(
        grad_output: Any, input_shape: Any, kernel_size: Any, stride: Any, padding: Any
    ) -> Any:
        input = torch.empty(input_shape, device=grad_output.device)
        sizes = ([kernel_size] * 2, [stride] * 2, [padding] * 2)
        return torch.ops.aten.avg_pool2d_backward(grad_output, input, *sizes, False, True, None)

    yield large(
        "avg_pool2d_backward",
        operator,
        grad_output=draw.noise((*BATCH[:2], *DEEP[2:])),
        input_shape=BATCH,
        kernel_size=3,
        stride=2,
        padding=1,
    )


def _max_backward(draw: Draw) -> Iterator[LargeSpec]:
    import torch

    def operator(grad_output: Any, indices: Any, input_shape: Any) -> Any:
        input = torch.empty(input_shape, device=grad_output.device)
        sizes = ([3, 3], [2, 2], [1, 1], [1, 1])
        return torch.ops.aten.max_pool2d_with_indices_backward(
            grad_output, input, *sizes, False, indices
        )

    images = torch.from_numpy(draw.noise(BATCH))
    _, indices = _functional().max_pool2d(images, 3, 2, 1, return_indices=True)
    yield large(
        "max_pool2d_backward",
        operator,
        grad_output=draw.noise(tuple(indices.shape)),
        indices=indices.numpy(),
        input_shape=BATCH,
    )


def _global_pooling(draw: Draw) -> Iterator[LargeSpec]:
    def operator(input: Any) -> Any:
        return _functional().adaptive_avg_pool2d(input, 1)

    yield large("global_avg_pool2d", operator, input=draw.noise(BATCH))


def _activations(draw: Draw) -> Iterator[LargeSpec]:
    def softmax(x: Any, axis: int) -> Any:
        return _functional().softmax(x, axis)

    yield large("relu", lambda x: _functional().relu(x), x=draw.noise(BATCH))
    yield large("sigmoid", lambda x: x.sigmoid(), x=draw.noise(BATCH))
    yield large("softmax", softmax, x=draw.noise(BATCH), axis=1)


def _conv_backward(draw: Draw) -> Iterator[LargeSpec]:
    import torch

    def operator(grad_output: Any, input: Any, weight: Any, padding: int) -> Any:
        return torch.ops.aten.convolution_backward(
            grad_output,
            input,
            weight,
            [weight.shape[0]],
            [1, 1],
            [padding, padding],
            [1, 1],
            False,
            [0, 0],
            1,
            [True, True, True],
        )

    yield large(
        "conv2d_backward",
        operator,
        grad_output=draw.noise((DEEP[0], 32, *DEEP[2:])),
        input=draw.noise(DEEP),
        weight=draw.noise((32, DEEP[1], 3, 3)),
        padding=1,
    )


def _im2col(draw: Draw) -> Iterator[LargeSpec]:
    yield large("im2col", _functional().unfold, input=draw.noise(FEW), kernel_size=(3, 3))
    yield large(
        "conv2d_im2col",
        _functional().conv2d,
        input=draw.noise(DEEP),
        weight=draw.noise((64, DEEP[1], 3, 3)),
        bias=draw.noise(64),
        padding=1,
    )


GENERATORS = {
    "ex01": _corr2d,
    "ex08": _conv2d,
    "ex09": _conv1x1,
    "ex12": _pooling,
    "ex13": _with_indices,
    "ex14": _avg_backward,
    "ex15": _max_backward,
    "ex16": _global_pooling,
    "ex18": _activations,
    "ex21": _conv_backward,
    "ex22": _im2col,
}


def _functional() -> Any:
    """Return `torch.nn.functional`, imported only when it is used."""
    from torch.nn import functional

    return functional
