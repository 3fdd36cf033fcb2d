import torch


def pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def padded(image, padding):
    (h, w), (ph, pw) = image.shape[-2:], padding
    out = torch.zeros(*image.shape[:-2], h + 2 * ph, w + 2 * pw, dtype=image.dtype)
    out[..., ph : ph + h, pw : pw + w] = image
    return out


def avg_pool2d_backward(
    grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    (kh, kw), padding = pair(kernel_size), pair(padding)
    sh, sw = (kh, kw) if stride is None else pair(stride)
    x = torch.zeros(input_shape, dtype=grad_output.dtype, requires_grad=True)
    image, ones = padded(x, padding), padded(torch.ones(input_shape[-2:]), padding)
    loss = 0
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            window = (..., slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw))
            count = kh * kw if count_include_pad else ones[window].sum()
            loss = loss + (image[window].sum((-2, -1)) / count * grad_output[:, :, i, j]).sum()
    loss.backward()
    return x.grad
