def receptive_field(layers):
    """r_0 = 1; r_l = r_{l-1} + (k_l - 1) * prod(s_i)"""
    rf, jump = 1, 1
    for layer in layers:
        kernel, stride = layer[0], layer[1]
        rf = rf + (kernel - 1) * jump
        jump = jump * stride
    return rf
