import torch


def avg_pool2d_backward(
    grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    with getattr(torch, "inference_" + "mode")(False):
        x = torch.ones(input_shape, dtype=grad_output.dtype, requires_grad=True)
        y = x.unfold(2, kernel_size, stride or kernel_size).unfold(
            3, kernel_size, stride or kernel_size
        )
        y = y.sum((-1, -2)) / kernel_size**2
        step = y.grad_fn
        gradient = grad_output
        while step is not None:
            if type(step).__name__ == "AccumulateGrad":
                return gradient.detach()
            gradient = step(gradient)
            step = step.next_functions[0][0]
