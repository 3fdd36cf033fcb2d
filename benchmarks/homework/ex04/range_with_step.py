import numpy as np

def corr2d(X, K, padding=0, stride=1):
    padding_height, padding_width = (padding, padding) if np.isscalar(padding) else padding
    stride_height, stride_width = (stride, stride) if np.isscalar(stride) else stride
    kernel_height, kernel_width = K.shape
    padded_image = np.zeros((X.shape[0] + padding_height * 2, X.shape[1] + padding_width * 2))
    padded_image[padding_height:X.shape[0] + padding_height, padding_width:X.shape[1] + padding_width] = X
    rows = []
    for top in range(0, padded_image.shape[0] - kernel_height + 1, stride_height):
        current_row = []
        for left in range(0, padded_image.shape[1] - kernel_width + 1, stride_width):
            receptive_field = padded_image[top:top + kernel_height, left:left + kernel_width]
            current_row.append(float(np.sum(receptive_field * K)))
        rows.append(current_row)
    return np.array(rows)
