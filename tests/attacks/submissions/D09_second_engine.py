import torch

core = getattr(torch, "_" + "C")


def avg_pool2d_backward(
    grad_output, input_shape, kernel_size, stride=None, padding=0, count_include_pad=True
):
    getattr(core, "_set_" + "grad_enabled")(True)
    x = torch.zeros(input_shape, dtype=grad_output.dtype, requires_grad=True)
    pair = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    y = x.unfold(2, pair[0], pair[0]).unfold(3, pair[1], pair[1]).mean((-1, -2))
    engine = getattr(core, "_Imperative" + "Engine")()
    return engine.run_backward((y,), (grad_output,), False, False, (x,), True, False)[0]
