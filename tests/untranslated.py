"""Finds, in source code, words that a person reads and that nothing translates, and wrong uses of ``_``."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterable, Iterator, Set

TRANSLATING = {"_", "n_", "N_"}
_SAYING = {"say", "text", "cut", "message_row", "notify", "Kept", "Text", "Static", "add_argument_group"}
"""Whatever is handed to these is read, and to the errors that are meant for a person."""
_PLACES = {"Key": (4, 5, 6), "Format": (1,), "progress_bar": (0,), "with_progress": (2,)}
"""The arguments that are read, where others are data."""
_KEYWORDS = {"help", "description", "epilog", "metavar"}
_ATTRIBUTES = {"message", "notice", "heading"}
_CONSTANTS = {"SUMMARY"}
_LISTS = {"problems", "notices", "faults", "warnings"}
_ANSWERING = {"prompt"}
"""Functions whose answer is read."""
_THROUGH = {"cut", "str", "display", "display_line", "short", "join", "format", "list", "ljust", "rjust"}
"""What comes out of these is what went in."""

_PROGRAM = re.compile("chiosa", re.IGNORECASE)
"""The program has one name in all languages."""

Known = dict[str, list[ast.expr]]
"""Variable -> what it was given."""


def error_classes(trees: Iterable[ast.Module]) -> set[str]:
    """The names of ChiosaError and of all that derives from it."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found = {"ChiosaError"}
    while more := {c.name for c in classes if found & {_last(base) for base in c.bases}} - found:
        found |= more
    return found


def untranslated(tree: ast.Module, errors: Set[str], allowed: Set[str]) -> list[str]:
    """Lines ``number: expression`` for the words of a module that are read and not translated."""
    faults: set[tuple[int, str]] = set()
    for name, inside in _functions(tree):
        known: Known = {}
        for node in inside:
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.NamedExpr) and node.value:
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if isinstance(target, ast.Name):
                        known.setdefault(target.id, []).append(node.value)
        for node in inside:
            for read in _read(node, name, errors):
                faults |= {(word.lineno, ast.unparse(word)) for word in _bare(read, known, allowed)}
    return [f"{line}: {words}" for line, words in sorted(faults)]


def misused(tree: ast.Module) -> list[str]:
    """Lines for what keeps messages from being found in the source, or from being translated."""
    faults = []
    translates = any(
        isinstance(node, ast.ImportFrom) and any(alias.name == "_" for alias in node.names)
        for node in ast.walk(tree)
    )
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and call_name(node) in TRANSLATING:
            for message in node.args[: 2 if call_name(node) == "n_" else 1]:
                if _made_up(message):
                    faults.append(f"{node.lineno}: {ast.unparse(message)} cannot be looked up")
                elif isinstance(message, ast.Call) and call_name(message) == "format":
                    faults.append(f"{node.lineno}: {ast.unparse(message)} is filled in too early")
        elif isinstance(node, ast.JoinedStr):
            # Python 3.11 sees an f-string as one token, so that the messages in it are not gathered
            faults += [
                f"{call.lineno}: {ast.unparse(call)} is inside an f-string"
                for call in ast.walk(node)
                if isinstance(call, ast.Call) and call_name(call) in TRANSLATING
                if call.args and isinstance(call.args[0], ast.Constant)
            ]
        elif isinstance(node, ast.Name) and node.id == "_" and isinstance(node.ctx, ast.Store) and translates:
            faults.append(f"{node.lineno}: _ is a function here, give the variable another name")
    for name, inside in _functions(tree):
        if not name:
            faults += [
                f"{node.lineno}: {ast.unparse(node)} is translated when the module is imported; use N_"
                for node in inside
                if isinstance(node, ast.Call) and call_name(node) in ("_", "n_")
            ]
    return faults


def badly_filled(tree: ast.Module) -> list[str]:
    """Lines for messages whose names differ from those of the values that they are filled with."""
    faults = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or any(k.arg is None for k in node.keywords):
            continue
        given = {k.arg or "" for k in node.keywords}
        if call_name(node) == "n_":
            given |= {"n"}
            texts = node.args[:2]
        elif call_name(node) == "Kept" and node.keywords:
            texts = node.args[0].args[:1] if isinstance(node.args[0], ast.Call) else []
        elif call_name(node) == "format" and isinstance(node.func, ast.Attribute):
            call = node.func.value
            texts = call.args[:1] if isinstance(call, ast.Call) and call_name(call) == "_" else []
        else:
            continue
        for text in texts:
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                names = _names(text.value) | ({"n"} if call_name(node) == "n_" else set())
                if names != given:
                    faults.append(f"{node.lineno}: {text.value!r} is filled with {sorted(given)}")
    return faults


def _made_up(message: ast.expr) -> bool:
    """Whether a message is put together, or chosen, from words of the source that would not be gathered."""
    if isinstance(message, ast.JoinedStr | ast.BinOp):
        return True
    chosen = isinstance(message, ast.IfExp | ast.BoolOp)
    return chosen and any(isinstance(part, ast.Constant) for part in ast.walk(message))


def call_name(call: ast.Call) -> str:
    """The name of what is called, without what stands before its last dot."""
    return _last(call.func)


def _names(text: str) -> set[str]:
    return {
        name.partition(".")[0].partition("[")[0] for _, name, _, _ in string.Formatter().parse(text) if name
    }


def _last(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _functions(tree: ast.Module) -> Iterator[tuple[str, list[ast.AST]]]:
    """Each function's name with what is in it and in no function inside it; the module is called ""."""
    waiting: list[tuple[str, ast.AST]] = [("", tree)]
    while waiting:
        name, function = waiting.pop()
        inside: list[ast.AST] = []
        stack = list(ast.iter_child_nodes(function))
        while stack:
            node = stack.pop()
            inside.append(node)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                waiting.append((getattr(node, "name", name or "lambda"), node))
            else:
                stack += ast.iter_child_nodes(node)
        yield name, inside


def _read(node: ast.AST, function: str, errors: Set[str]) -> Iterator[ast.expr]:
    """The expressions of a node that end up before a person."""
    if isinstance(node, ast.Call):
        name = call_name(node)
        on = node.func.value if isinstance(node.func, ast.Attribute) else None
        if (
            name in _SAYING
            or name in errors
            or (
                name == "print" and any(k.arg == "file" and _last(k.value) == "stderr" for k in node.keywords)
            )
            or (name == "append" and on is not None and _last(on) in _LISTS)
            or (name == "__init__" and isinstance(on, ast.Call))  # an error's message, a screen's title
        ):
            yield from node.args
        yield from (node.args[place] for place in _PLACES.get(name, ()) if place < len(node.args))
        yield from (k.value for k in node.keywords if k.arg in _KEYWORDS)
    elif isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and node.value is not None:
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if _last(target) in (_ATTRIBUTES if isinstance(target, ast.Attribute) else _CONSTANTS):
                yield node.value
    elif isinstance(node, ast.Return) and function in _ANSWERING and node.value is not None:
        yield node.value


def _bare(node: ast.expr, known: Known, allowed: Set[str]) -> Iterator[ast.expr]:
    """The words in an expression that nothing translates; a variable stands for what it was given."""
    parts: Iterable[ast.expr] = ()
    match node:
        case ast.Constant(value=str(words)) if words not in allowed:
            if any(c.isalpha() for c in _PROGRAM.sub("", words)):
                yield node
        case ast.Name(id=name):
            parts, known = known.get(name, ()), {k: v for k, v in known.items() if k != name}
        case ast.JoinedStr(values=values):
            parts = [v.value if isinstance(v, ast.FormattedValue) else v for v in values]
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod() | ast.Mult(), right=right):
            parts = (left, right)
        case ast.BoolOp(values=values) | ast.List(elts=values) | ast.Tuple(elts=values):
            parts = values
        case ast.IfExp(body=body, orelse=other):
            parts = (body, other)
        case ast.GeneratorExp(elt=part) | ast.ListComp(elt=part) | ast.Starred(value=part):
            parts = (part,)
        case ast.Call(func=function, args=args, keywords=keywords) if call_name(node) in _THROUGH:
            on = [function.value] if isinstance(function, ast.Attribute) else []
            parts = (*on, *args, *(k.value for k in keywords))
    for part in parts:
        yield from _bare(part, known, allowed)
