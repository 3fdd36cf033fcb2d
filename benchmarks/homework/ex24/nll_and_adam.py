import torch
from torch.nn import functional as F

def train_step(model, images, labels, optimizer):
    model.train()
    scores = model(images)
    loss = F.nll_loss(scores, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return float(loss)

def fit(model, images, labels, epochs, learning_rate, batch_size):
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    means = []
    for _ in range(epochs):
        model.train()
        losses = []
        for part in torch.randperm(len(images)).split(batch_size):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images[part]), labels[part])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        means.append(sum(losses) / len(losses))
    return means
