"""A file that is handed in with a form."""

from __future__ import annotations

from wtforms import FileField, Form, ValidationError

from conference.documents.packages import LARGEST_FILE
from conference.vocabulary import Fault
from conference.web.filters import words


class WithFile(Form):
    """A form with a `file`; what it is, is judged by its content."""

    file: FileField

    def validate_file(self, field: FileField) -> None:
        if not field.data or not getattr(field.data, "filename", ""):
            raise ValidationError(words(Fault.REQUIRED))

    @property
    def content(self) -> bytes:
        """As it came; of one that is too large enough to see that."""
        data: bytes = self.file.data.read(LARGEST_FILE + 1)
        return data
