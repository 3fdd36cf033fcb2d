"""Public driver of ex22: how many times as fast as a plain loop a convolution is.

The result is shown for information and is not graded.
"""

from time import perf_counter

RUNS = 2


def times_as_fast(conv2d, input, weight):
    """Return the shortest time of a plain loop divided by the shortest time of `conv2d`."""
    loop, product = quickest(plain, input, weight), quickest(conv2d, input, weight)
    return loop / product


def plain(input, weight):
    """Return the sums of all output elements in reading order, computed one by one as in ex08."""
    (images, _, height, width), (filters, _, kh, kw) = input.shape, weight.shape
    return [
        (input[n, :, i : i + kh, j : j + kw] * weight[f]).sum()
        for n in range(images)
        for f in range(filters)
        for i in range(height - kh + 1)
        for j in range(width - kw + 1)
    ]


def quickest(conv2d, input, weight):
    """Return the shortest time of RUNS runs, in seconds."""
    seconds = []
    for _ in range(RUNS):
        started = perf_counter()
        conv2d(input, weight)
        seconds.append(perf_counter() - started)
    return max(min(seconds), 1e-9)
