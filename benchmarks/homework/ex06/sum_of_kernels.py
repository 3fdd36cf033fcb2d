def receptive_field(layers):
    r = 1
    for k, s, d in layers:
        r += (k - 1) * d
    return r
