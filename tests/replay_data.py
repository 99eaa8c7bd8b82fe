"""Order histories for the tests of `gate replay`: a small one with every peculiarity, generated ones, the real one."""

from __future__ import annotations

import os
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID"

PECULIAR = f"""\ufeff{HEADER}
100,10001A,RED MUG,6,2024-03-01 09:00:00,2.5,17
100,10001a,RED MUG,2,2024-03-01 09:00:00,2.5,17
100,20002,"TIN, SMALL",3,2024-03-01 09:00:00,1.0,17
100,POST,POSTAGE,1,2024-03-01 09:00:00,18,17
101,10001A,RED MUG,4,2024-03-01 09:30:00,2.5,
C102,10001A,RED MUG,-7,2024-03-01 10:00:00,2.5,17
C102,D,Discount,-1,2024-03-01 10:00:00,27,17
103,20002,,-2,2024-03-01 11:00:00,0,
104,30003,,5,2024-03-01 11:30:00,0,
105,20002,Found,4,2024-03-01 12:00:00,0,
106,30003,BLUE BOWL,2,2024-03-01 12:30:00,0,
107,20002,TIN SMALL,many,2024-03-01 13:00:00,1,17
108,20002,TIN SMALL,0,2024-03-01 13:00:00,1,17
109,20002,TIN SMALL
C110,20002,TIN SMALL,1,2024-03-01 14:00:00,1,17
C111,40004,GREEN VASE,-3,2024-03-01 15:00:00,9,18
112,DCGS0076,PARTY BAG,2,2024-03-02 09:00:00,1,19
112,gift_0001_40,VOUCHER,1,2024-03-02 09:00:00,40,19
C113,20002,TIN SMALL,-4,2024-03-02 10:00:00,1,17
114,30003,,-90,2024-03-02 11:00:00,0,
115,50005,,7,2024-03-02 12:00:00,0,
100,20002,TIN SMALL,1,2024-03-01 09:00:00,1.0,17
"""
PECULIAR_ROWS = 22


def generated_history(invoices: int, seed: int = 5) -> str:
    """Give a history of some days: orders that share SKUs, cancellations soon and late, write-offs, postage."""
    chance = random.Random(seed)
    at = datetime(2024, 5, 1, 8, 0, 0)  # noqa: DTZ001 like the file, it has no zone
    rows = [HEADER]
    ordered: list[tuple[str, str, int]] = []
    for number in range(invoices):
        at += timedelta(minutes=chance.randint(1, 12))
        invoice, customer = f"{500_000 + number}", f"{chance.randint(100, 120)}"
        if ordered and chance.random() < 0.12:
            who, sku, units = ordered.pop(chance.randrange(len(ordered)))
            rows.append(f"C{invoice},{sku},THING,-{units},{at},1,{who}")
            continue
        if chance.random() < 0.05:
            rows.append(f"{invoice},{chance.randint(10_000, 10_040)},,-{chance.randint(1, 3)},{at},0,")
            continue
        for _ in range(chance.randint(1, 9)):
            sku, units = f"{chance.randint(10_000, 10_040)}", chance.randint(1, 12)
            ordered.append((customer, sku, units))
            rows.append(f"{invoice},{sku},THING,{units},{at},1,{customer}")
        if chance.random() < 0.2:
            rows.append(f"{invoice},POST,POSTAGE,1,{at},5,{customer}")
    return "\n".join(rows) + "\n"


def real_file() -> Path:
    """Give the real order history, or skip with the reason."""
    folder = Path(os.environ.get("GATE_DATA_DIR") or Path(__file__).parents[2] / "shared" / "data")
    path = folder / "online_retail_2010-12.csv.gz"
    if not path.exists():
        pytest.skip(f"the real order history is not there: {path} (GATE_DATA_DIR names its folder)")
    return path
