"""A clinic: what is read together lies in several places, and strong reads are answered by copies of some items."""

from datetime import datetime
from typing import Literal

from dynamodel import Collection, Create, Delete, Entity, Get, Model, Parent, Query, Ulid, Update, attr, between, desc


class Patient(Entity, identity="patient_id", count=50_000):
    patient_id: Ulid
    name: str


class Allergy(Entity, identity=("patient_id", "substance"), parent=Parent(Patient, children=(2, 20))):
    patient_id: Ulid
    substance: str
    noted_at: datetime


class Visit(Entity, identity="visit_id", parent=Parent(Patient, children=(6, 500)), count=300_000):
    visit_id: Ulid
    patient_id: Ulid
    at: datetime = attr(role="created")
    state: Literal["planned", "here", "done"] = attr(
        default="planned", share={"planned": 0.02, "here": 0.001, "done": 0.979}
    )
    notes: str = attr(bytes=(300, 5_000))


class Invoice(Entity, identity="invoice_id", parent=Parent(Patient, children=(4, 300)), count=200_000):
    invoice_id: Ulid
    patient_id: Ulid
    at: datetime = attr(role="created")
    amount: int


class Clinic(Model, table="clinic"):
    register = Create(Patient)
    note = Create(Allergy, rps=0.2)
    withdraw = Delete(Allergy)
    book = Create(Visit, rps=1)
    change_state = Update(Visit, set=Visit.state, rps=2)
    bill = Create(Invoice, rps=1)
    visit = Get(Visit, rps=5)
    invoice = Get(Invoice, rps=5)
    chart = Collection(
        Patient,
        Allergy,
        Query(Visit, order_by=desc(Visit.at), limit=5),
        Query(Invoice, order_by=desc(Invoice.at), limit=5),
        by=Patient.patient_id,
        rps=20,
    )
    period = Collection(
        Patient,
        Query(Visit, range=between(Visit.at)),
        Query(Invoice, range=between(Invoice.at)),
        by=Patient.patient_id,
        rps=2,
    )
    at_the_desk = Collection(
        Patient,
        Allergy,
        Query(Visit, where=Visit.state == "here"),
        by=Patient.patient_id,
        consistent=True,
        rps=5,
    )
