def multiply_adds(input_shape, output_shape, kernel_size, groups=1):
    C, H, W = input_shape
    return H * W * C // groups * output_shape[0] * kernel_size**2

def model_parameters(layers):
    total = 0
    for layer in layers:
        k = layer.get("kernel_size", 1)
        k2 = k * k if isinstance(k, int) else k[0] * k[1]
        if layer["kind"] == "linear":
            c, h, w = layer["input_shape"]
            total += c * h * w * layer["units"]
            if layer.get("bias", True):
                total += layer["units"]
        elif layer["kind"] == "conv2d":
            total += layer["input_shape"][0] // layer.get("groups", 1) * layer["out_channels"] * k2
            if layer.get("bias", True):
                total += layer["out_channels"]
        elif "pool" in layer["kind"]:
            total += k2
    return total
