from dynamodel import Create, Delete, Entity, Model, Parent, Transaction, Ulid, Update, attr


class Account(Entity, identity="number"):
    number: str
    cents: int = attr(default=0)


class Transfer(
    Entity, identity="transfer_id", parent=(Parent(Account, via="payer"), Parent(Account, via="payee"))
):
    transfer_id: Ulid
    payer: str
    payee: str
    cents: int


class Bank(Model):
    open = Create(Account)
    pay = Transaction(Create(Transfer), Update(Account, add=Account.cents, by=Transfer.payee))
    by_what_names_nobody = Transaction(Create(Transfer), Update(Account, add=Account.cents, by=Transfer.transfer_id))
    by_two = Transaction(Create(Transfer), Update(Account, add=Account.cents, by=(Transfer.payee, Transfer.payer)))
    not_known = Transaction(Delete(Transfer), Update(Account, add=Account.cents, by=Transfer.payee))
    of_many = Transaction(Create(Transfer, times=3), Update(Account, add=Account.cents, by=Transfer.payee))
    of_two = Transaction(Create(Transfer), Create(Transfer), Update(Account, add=Account.cents, by=Transfer.payee))
    alone = Update(Account, add=Account.cents, by=Transfer.payee)
