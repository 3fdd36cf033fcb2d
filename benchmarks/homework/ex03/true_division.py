def output_size(n, k, padding=0, stride=1):
    # W = (N - F + 2P)/S + 1
    return (n - k + 2 * padding) / stride + 1

def same_padding(k):
    return (k - 1) / 2
