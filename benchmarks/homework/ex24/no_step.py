import torch
from torch.nn import CrossEntropyLoss

def train_step(model, images, labels, optimizer):
    model.train()
    optimizer.zero_grad()
    loss = CrossEntropyLoss()(model(images), labels.type(torch.LongTensor))
    loss.backward()
    return loss.item()
