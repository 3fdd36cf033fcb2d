import torch
import torch.nn.functional as F

def train_step(model, images, labels, optimizer):
    model.train()
    optimizer.zero_grad()
    scores = model(images)
    loss = torch.nn.MSELoss()(scores, F.one_hot(labels, scores.shape[1]).float())
    loss.backward()
    optimizer.step()
    return loss.item()

def accuracy(model, images, labels):
    model.eval()
    with torch.no_grad():
        hits = model(images).argmax(dim=1).eq(labels).sum().item()
    return hits / len(labels) * 100.0

def fit(model, images, labels, epochs, learning_rate, batch_size):
    sgd = torch.optim.SGD(model.parameters(), learning_rate)
    history = []
    for _ in range(epochs):
        model.train()
        total = 0.0
        order = torch.randperm(len(images))
        for start in range(0, len(images), batch_size):
            chosen = order[start:start + batch_size]
            sgd.zero_grad()
            loss = F.cross_entropy(model(images[chosen]), labels[chosen])
            loss.backward()
            sgd.step()
            total += loss.item() * len(chosen)
        history.append(total / len(images))
    return history
