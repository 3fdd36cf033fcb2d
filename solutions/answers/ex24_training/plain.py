import torch
from torch.nn import functional as F


def move_batch(model, images, labels):
    device = next(model.parameters()).device
    return images.to(device), labels.to(device, torch.int64)


def train_step(model, images, labels, optimizer):
    model.train()
    images, labels = move_batch(model, images, labels)
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


def accuracy(model, images, labels):
    model.eval()
    images, labels = move_batch(model, images, labels)
    with torch.no_grad():
        predicted = model(images).argmax(dim=1)
    return (predicted == labels).float().mean().item()


def fit(model, images, labels, epochs, learning_rate, batch_size):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    means = []
    for _ in range(epochs):
        losses = []
        for batch in torch.randperm(len(images)).split(batch_size):
            inputs, targets = images[batch], labels[batch]
            losses.append(train_step(model, inputs, targets, optimizer))
        means.append(sum(losses) / len(losses))
    return means
