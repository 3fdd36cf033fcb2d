def output_size(n, k, padding=0, stride=1):
    steps = (n + 2 * padding - k) / stride
    return int(round(steps)) + 1
