"""How fast a convolution is beside a plain loop: public, and for information."""

from time import perf_counter

RUNS = 2


def times_as_fast(conv2d, input, weight):
    """The time of a plain loop over that of `conv2d`, the quickest of some runs each."""
    loop, product = quickest(plain, input, weight), quickest(conv2d, input, weight)
    return loop / product


def plain(input, weight):
    """One sum for each output cell, as in ex08; the cells in reading order."""
    (images, _, height, width), (filters, _, kh, kw) = input.shape, weight.shape
    return [
        (input[n, :, i : i + kh, j : j + kw] * weight[f]).sum()
        for n in range(images)
        for f in range(filters)
        for i in range(height - kh + 1)
        for j in range(width - kw + 1)
    ]


def quickest(conv2d, input, weight):
    """The shortest of some runs, in seconds."""
    seconds = []
    for _ in range(RUNS):
        started = perf_counter()
        conv2d(input, weight)
        seconds.append(perf_counter() - started)
    return max(min(seconds), 1e-9)
