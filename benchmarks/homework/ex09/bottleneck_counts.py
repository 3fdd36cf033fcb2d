def bottleneck_macs(c_in, c_mid, c_out, k, h, w):
    first = c_in * c_mid * h * w
    second = c_mid * c_mid * k * h * w
    # output is c_mid * h * w
    return first + second
