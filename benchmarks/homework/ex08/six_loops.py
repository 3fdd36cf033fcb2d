import numpy as np

def conv2d(input, weight, bias=None, stride=1, padding=0):
    batch_size, input_channels, input_height, input_width = input.shape
    output_channels, _, kernel_height, kernel_width = weight.shape
    if isinstance(stride, int):
        stride_vertical, stride_horizontal = stride, stride
    else:
        stride_vertical, stride_horizontal = stride
    if isinstance(padding, int):
        padding_vertical, padding_horizontal = padding, padding
    else:
        padding_vertical, padding_horizontal = padding
    padded = np.zeros((batch_size, input_channels,
                       input_height + 2 * padding_vertical, input_width + 2 * padding_horizontal))
    padded[:, :, padding_vertical:padding_vertical + input_height,
           padding_horizontal:padding_horizontal + input_width] = input
    output_height = (input_height + 2 * padding_vertical - kernel_height) // stride_vertical + 1
    output_width = (input_width + 2 * padding_horizontal - kernel_width) // stride_horizontal + 1
    result = np.zeros((batch_size, output_channels, output_height, output_width))
    for image_index in range(batch_size):
        for filter_index in range(output_channels):
            for row in range(output_height):
                for column in range(output_width):
                    total = 0.0
                    for a in range(kernel_height):
                        for b in range(kernel_width):
                            total += np.dot(
                                padded[image_index, :, row * stride_vertical + a, column * stride_horizontal + b],
                                weight[filter_index, :, a, b])
                    if bias is not None:
                        total += bias[filter_index]
                    result[image_index, filter_index, row, column] = total
    return result
