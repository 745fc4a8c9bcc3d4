"""An export of ours into doccano's own importer, and out again by doccano's own exporter.

doccano needs libraries of its own time, so it gets an environment of its own::

    python -m venv d && d/bin/pip install doccano==1.8.4 "setuptools<81" "marshmallow<4" "numpy<2"
    chiosa export out --format doccano --partial
    d/bin/python tests/benchmarks/through_doccano.py out back
    chiosa import back --format doccano --into articles

The last command says how many annotations were there already: all, if nothing was lost on the way.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Run doccano on a database of its own that is thrown away."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path, help="the folder of the export")
    parser.add_argument("back", type=Path, help="the folder for what doccano exports")
    args = parser.parse_args()
    out, back = args.out.resolve(), args.back.resolve()
    back.mkdir(parents=True, exist_ok=True)
    import backend

    home = Path(backend.__file__).parent
    sys.path.insert(0, str(home))
    os.chdir(home)
    with tempfile.TemporaryDirectory() as work:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
            "DATABASE_URL": f"sqlite:///{work}/db.sqlite3",
            "SECRET_KEY": "proof",
            "DOCCANO_HOME": work,
        }
        import django

        django.setup()
        _there_and_back(out, back)


def _there_and_back(out: Path, back: Path) -> None:
    from data_export.celery_tasks import create_collaborative_dataset
    from data_export.pipeline.factories import create_formatter, create_writer
    from data_import.datasets import load_dataset
    from data_import.pipeline.catalog import create_file_format
    from data_import.pipeline.readers import FileName
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from label_types.serializers import RelationTypeSerializer, SpanTypeSerializer
    from labels.models import Relation, Span
    from projects.models import SequenceLabelingProject

    call_command("migrate", verbosity=0)
    user = User.objects.create_user("anna")
    project = SequenceLabelingProject.objects.create(
        name="proof", description="", created_by=user, project_type="SequenceLabeling",
        allow_overlapping=True, use_relation=True, collaborative_annotation=True,
    )  # fmt: skip
    for name, kind in (
        ("label_config.json", SpanTypeSerializer),
        ("relation_config.json", RelationTypeSerializer),
    ):
        labels = kind(data=json.loads((out / name).read_text(encoding="utf-8")), many=True)
        labels.is_valid(raise_exception=True)
        labels.save(project_id=project.id)
    name = "doccano.jsonl"
    dataset = load_dataset(
        "RelationExtraction", create_file_format("JSONL"), [FileName(str(out / name), name, name)], project,
        encoding="Auto", column_data="text", column_label="label",
    )  # fmt: skip
    dataset.save(user, batch_size=1000)
    print(f"errors: {dataset.errors}; {Span.objects.count()} spans, {Relation.objects.count()} relations")
    create_collaborative_dataset(
        project, str(back), False, create_formatter(project, "JSONL"), create_writer("JSONL")
    )


if __name__ == "__main__":
    main()
