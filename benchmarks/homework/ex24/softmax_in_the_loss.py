import torch
from torch import nn

criterion = nn.CrossEntropyLoss()

def train_step(model, images, labels, optimizer):
    model.train()
    optimizer.zero_grad()
    probabilities = torch.softmax(model(images), dim=1)
    loss = criterion(probabilities, labels.long())
    loss.backward()
    optimizer.step()
    return loss.item()

@torch.no_grad()
def accuracy(model, images, labels):
    predictions = torch.max(model(images), 1)[1]
    return (predictions == labels).float().mean().item()
