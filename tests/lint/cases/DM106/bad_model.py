from dynamodel import Model


class Shop(Model)
    pass
