"""What everybody shares: compressed once for those who can read it, and not sent twice in either form."""

from __future__ import annotations

import gzip

from apiflask import APIFlask

from conference.web import headers

LONG = "多民族社区怎样一起议事？" * 500


def test_what_is_shared_is_compressed_and_known_by_either_tag(app: APIFlask) -> None:
    def answer(**asked: str) -> tuple[int, bytes, str | None, str]:
        with app.test_request_context(headers={name.replace("_", "-"): value for name, value in asked.items()}):
            made = headers.shared("one", lambda: LONG, seconds=3)
            assert made.headers["Vary"] == "Accept-Encoding"
            return made.status_code, made.get_data(), made.headers.get("Content-Encoding"), made.headers["ETag"]

    plain, packed = answer(), answer(Accept_Encoding="gzip")
    assert plain == (200, LONG.encode(), None, '"one"')
    assert (packed[0], gzip.decompress(packed[1]), packed[2], packed[3]) == (200, LONG.encode(), "gzip", '"one-gzip"')
    for tag in (plain[3], packed[3]):
        assert answer(Accept_Encoding="gzip", If_None_Match=tag) == (304, b"", None, tag)
    assert answer(Accept_Encoding="gzip", If_None_Match='"two"') == packed
