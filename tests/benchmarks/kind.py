"""``python tests/benchmarks/kind.py [FILE…]``: files of words and tags through ``import`` and ``export``.

Without files, all of KIND and WikiNEuRal in ``../shared/data``. A line says whether each character of each
word has the tag that it had, and how many words the desk's tokenizer cuts otherwise than the file does.
WikiNEuRal has tags that go on with nothing: the articles around them are refused, and not in the figures.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).parent.parent
sys.path.insert(0, str(TESTS))

from kind import trip  # noqa: E402

DATA = TESTS.parent.parent / "shared" / "data"


def main() -> int:
    """Print the table; 1 where a tag is another one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--data", type=Path, default=DATA)
    args = parser.parse_args()
    files = args.files or sorted([*args.data.glob("kind/*.tsv.gz"), *args.data.glob("wikineural/*.gz")])
    if not files:
        parser.error(f"{args.data}: no data; say --data FOLDER")
    failed = False
    print(
        f"{'file':20} {'articles':>8} {'sentences':>9} {'words':>8} {'entities':>8} {'refused':>7}"
        " same   recut"
    )
    for path in files:
        with tempfile.TemporaryDirectory() as holder:
            begun = time.perf_counter()
            found = trip(path, Path(holder))
            took = time.perf_counter() - begun
        failed = failed or not found.same
        print(
            f"{path.name:20} {found.articles:8,} {found.sentences:9,} {found.words:8,} {found.entities:8,}"
            f" {len(found.refused):7} {'yes' if found.same else 'NO':4} {found.recut:6} ({took:.0f} s)",
            flush=True,
        )
    return failed


if __name__ == "__main__":
    sys.exit(main())
