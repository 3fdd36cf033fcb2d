import torch
from torch import nn

def move_batch(model, images, labels):
    device = next(model.parameters()).device
    return images.to(device), labels.to(device).long()

def train_step(model, images, labels, optimizer):
    model.train()
    X, y = move_batch(model, images, labels)
    pred = model(X)
    loss = nn.CrossEntropyLoss()(pred, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()

def accuracy(model, images, labels):
    model.eval()
    correct = 0
    with torch.no_grad():
        X, y = move_batch(model, images, labels)
        pred = model(X)
        correct += (pred.argmax(1) == y).type(torch.float).sum().item()
    return correct / len(labels)

def fit(model, images, labels, epochs, learning_rate, batch_size):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    history = []
    for t in range(epochs):
        order = torch.randperm(len(images))
        losses = []
        for start in range(0, len(images), batch_size):
            batch = order[start:start + batch_size]
            losses.append(train_step(model, images[batch], labels[batch], optimizer))
        history.append(sum(losses) / len(losses))
    return history
