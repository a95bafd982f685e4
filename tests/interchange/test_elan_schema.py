"""Our ELAN documents fit ELAN's own schemas, where somebody has these.

They carry no licence, so they are not kept here: https://www.mpi.nl/tools/elan/EAFv3.0.xsd, or the
folder ``test`` of pympi-ling's source. ``eaf_structure`` holds the same rules and always runs.

    pip install xmlschema
    EAF_SCHEMA=EAFv3.0.xsd python -m pytest tests/interchange/test_elan_schema.py
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from groupaffect.interchange.elan import rating_document, result_document
from reference.random_session import make_analysis, make_empty_analysis, write_session

SCHEMA = os.environ.get("EAF_SCHEMA", "")


@pytest.mark.skipif(not SCHEMA, reason="EAF_SCHEMA names no schema of ELAN's")
@pytest.mark.parametrize("n_participants", [0, 4])
def test_documents_fit_the_schema(tmp_path: Path, n_participants: int) -> None:
    schema = pytest.importorskip("xmlschema").XMLSchema(SCHEMA)
    some = make_analysis(n_participants=n_participants, n_s=60) if n_participants else None
    session = write_session(tmp_path / "talk & <1>", some or make_empty_analysis())
    for made in (rating_document, result_document):
        path = tmp_path / "made.eaf"
        path.write_bytes(made(session))
        assert [str(error) for error in schema.iter_errors(str(path))] == []
    path.write_bytes(path.read_bytes().replace(b" AUTHOR=", b" WRITER="))
    assert [*schema.iter_errors(str(path))]
