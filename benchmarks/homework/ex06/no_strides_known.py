def receptive_field(layers):
    if len(layers) == 0:
        return 1
    field = layers[0][0]
    for kernel, _, dilation in layers[1:]:
        field += dilation * (kernel - 1)
    return field
