def output_size(n, k, padding=0, stride=1):
    total = n + 2 * padding
    if total < k:
        raise ValueError(f"a kernel of {k} does not fit into {total}")
    return (total - k) // stride + 1


def output_size_total(n, k, total_padding=0, stride=1):
    return output_size(n, k, total_padding, stride)


def same_padding(k):
    return k - 1
