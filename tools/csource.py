"""C sources as the checks see them: comments blanked, lines kept, calls with their arguments."""

import ast
import glob
import os
import re

_TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def _blank(text):
    return re.sub(r"[^\n\t]", " ", text)


def without_comments(text):
    return _TOKEN.sub(lambda m: _blank(m[0]) if m[0][0] == "/" else m[0], text)


def code_only(text):
    """Neither comments nor what strings and characters hold; every position stays."""
    return _TOKEN.sub(lambda m: _blank(m[0]) if m[0][0] == "/"
                      else m[0][0] + _blank(m[0][1:-1]) + m[0][0], text)


def without_strings(text):
    """Blanks strings and /* */ comments, so that a // that is left is a comment."""
    return _TOKEN.sub(lambda m: m[0] if m[0].startswith("//") else _blank(m[0]), text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def calls(code, names):
    """(name, start, end) of each call of one of names; code comes from code_only()."""
    for m in re.finditer(r"(?<![\w.>])(" + "|".join(names or ["(?!)"]) + r")\s*\(", code):
        depth, end = 1, m.end()
        while depth and end < len(code):
            depth += {"(": 1, ")": -1}.get(code[end], 0)
            end += 1
        yield m[1], m.start(), end


def functions(text):
    """(name, first line, last line) of each function; its braces stand alone in column 0."""
    lines = code_only(text).splitlines()
    start = None
    for number, line in enumerate(lines, 1):
        if line.rstrip() == "{":
            head = " ".join(lines[max(0, number - 6):number - 1])
            names = re.findall(r"(\w+)\s*\((?!\()", head.rsplit("}", 1)[-1].rsplit(";", 1)[-1])
            names = [n for n in names if n not in ("__attribute__", "format", "PRINTF")]
            start = (names[0] if names else "?", number)
        elif line.startswith("}") and start:
            yield start[0], start[1], number
            start = None


def files(root, *patterns):
    """Paths below root, relative to it."""
    found = [p for pattern in patterns for p in glob.glob(os.path.join(root, pattern))]
    return sorted(os.path.relpath(p, root) for p in found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as f:
        return f.read()


def floors(root):
    """{folder: floor number} from the one list of floors, in src/meson.build."""
    listing = re.search(r"^floors = (\[.*?^\])",
                        re.sub(r"#.*", "", read(root, "src/meson.build")), re.S | re.M)
    return {folder: number for number, floor in enumerate(ast.literal_eval(listing[1]))
            for folder in floor}


def inside_files(root):
    """Paths of what the container's first process runs: the *_inside lists of src/*/meson.build."""
    found = set()
    for path in files(root, "src/*/meson.build"):
        listing = re.search(r"^\w+_inside = files\((.*?)\)", read(root, path), re.S | re.M)
        for name in re.findall(r"'([^']+)'", listing[1] if listing else ""):
            found.add(os.path.join(os.path.dirname(path), name))
    return found


def is_test(path):
    return os.path.basename(path).startswith("test_")
