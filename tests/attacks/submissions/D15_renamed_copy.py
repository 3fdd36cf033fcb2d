def corr2d(bild, kern):
    hoehe, breite = kern.shape
    ergebnis = np.zeros((bild.shape[0] - hoehe + 1, bild.shape[1] - breite + 1))
    for zeile in range(ergebnis.shape[0]):
        for spalte in range(ergebnis.shape[1]):
            fenster = bild[zeile : zeile + hoehe, spalte : spalte + breite]
            ergebnis[zeile, spalte] = (fenster * kern).sum(dtype=float)
    return ergebnis
