"""Fetch static/vendor anew: the other people's files that our pages load, from a locked package list.

`make vendor` runs it. Nothing of it is needed to run or test the system: the files are committed, and a house test
compares them with the hashes in versions.json.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"

# Which file of which package goes where. zxing-wasm's reader is a module that imports one neighbour; both keep their
# places relative to each other, and the reader's WebAssembly lies beside it.
FILES = {
    # The module, under a name that every server knows the kind of.
    "hls.js": {
        "dist/hls.light.min.mjs": "hls/hls.light.min.js",
        "LICENSE": "hls/LICENSE",
    },
    "idb": {
        "build/index.js": "idb/index.js",
        "LICENSE": "idb/LICENSE",
    },
    "zxing-wasm": {
        "dist/es/reader/index.js": "zxing/reader/index.js",
        "dist/es/share.js": "zxing/share.js",
        "dist/reader/zxing_reader.wasm": "zxing/reader/zxing_reader.wasm",
        "LICENSE": "zxing/LICENSE",
    },
}
# The WebAssembly holds a C++ library with a licence of its own, whose text was put beside it by hand.
ALSO = {
    "zxing-wasm": "the WebAssembly contains zxing-cpp, Apache-2.0: see zxing/LICENSE-zxing-cpp",
}


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        packages = install(VENDOR, Path(place))
        listed = {}
        for name, files in FILES.items():
            source = packages / name
            described = json.loads((source / "package.json").read_text())
            for inside, target in files.items():
                copy(source / inside, VENDOR / target)
            listed[name] = {
                "version": described["version"],
                "licence": described["license"],
                **({"note": ALSO[name]} if name in ALSO else {}),
                "files": {target: sha256(VENDOR / target) for target in sorted(files.values())},
            }
    (VENDOR / "versions.json").write_text(json.dumps(listed, indent=2, ensure_ascii=False) + "\n")
    for name, entry in listed.items():
        print(f"{name} {entry['version']} ({entry['licence']}): {len(entry['files'])} files")


def install(listed: Path, place: Path) -> Path:
    """The packages locked in the folder `listed`, unpacked under `place`.

    npm checks them against the hashes of the lock, and no script of theirs runs.
    """
    for name in ("package.json", "package-lock.json"):
        shutil.copy(listed / name, place / name)
    subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=place, check=True
    )
    return place / "node_modules"


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
