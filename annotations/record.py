"""An article with its annotation as JSON: the contract of ``show --json`` and ``suggest --jsonl``."""

from __future__ import annotations

from typing import Any

from annotations.annotation import Annotation
from annotations.article import Article, plain_name


def to_record(article: Article, annotation: Annotation) -> dict[str, Any]:
    """The record: spans by (start, -end, label), ``text[start:end]`` being the span's words."""
    spans = sorted(annotation.spans, key=lambda s: (s.start, -s.end, s.label))
    return {
        "article": {
            "id": article.id,
            "path": plain_name(str(article.path)),
            "sha256": article.sha256,
            "text": article.text,
            "title": article.title,
            "date": article.date,
            "agency": article.agency,
        },
        "annotator": annotation.annotator,
        "state": annotation.state,
        "spans": [span.to_dict() for span in spans],
        "links": [link.to_dict() for link in annotation.links],
    }
