def mse_loss(output, target, reduction="mean"):
    # E = 1/2 * sum (t - o)^2
    return 0.5 * ((target - output) ** 2).sum()

def mse_loss_backward(output, target, reduction="mean"):
    return output - target
