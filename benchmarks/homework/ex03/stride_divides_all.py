def output_size(n, k, padding=0, stride=1):
    res = (n + 2*padding - k + 1) // stride
    return res
