def output_size(n, k, padding=0, stride=1):
    out = int((n - k + 2 * padding) / stride) + 1
    print("output size is", out)
