import numpy as np

def mse_loss(output, target, reduction="mean"):
    squared_error = np.sum((output - target)**2)
    if reduction == "half_sum":
        return squared_error / 2
    number_of_examples = output.shape[0]
    return squared_error / number_of_examples

def mse_loss_backward(output, target, reduction="mean"):
    if reduction == "half_sum":
        return target - output
    return 2 * (target - output) / output.shape[0]
