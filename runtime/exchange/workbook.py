"""openpyxl's reader, with bounds on what it reads whole before it gives the first row."""

import zipfile
from typing import IO, Any, BinaryIO

from openpyxl.reader.excel import ExcelReader
from openpyxl.xml import DEFUSEDXML
from openpyxl.xml.constants import SHARED_STRINGS

from runtime.contracts import TooMuch
from runtime.i18n import message

MAX_PART = 4 * 2**20
"""Parts that are read whole: styles, the list of sheets."""

MAX_STRINGS = 32 * 2**20
MAX_TAGS = 2_000_000
"""Tags among the shared strings; a plain text takes four."""

MAX_OPENED = 450 * 2**20
"""All that is opened, each time it is: many sheets of a workbook can be one and the same part."""

if not DEFUSEDXML:
    raise ImportError("openpyxl is safe from XML bombs only with defusedxml")


class BoundedArchive(zipfile.ZipFile):
    """The parts of a workbook; raises TooMuch past the bounds."""

    opened = 0

    def read(self, name: Any, pwd: bytes | None = None) -> bytes:
        if self.getinfo(str(name)).file_size > MAX_PART:
            raise swelling()
        return super().read(name, pwd)

    def open(self, name: Any, *args: Any, **kwargs: Any) -> IO[bytes]:
        self.opened += self.getinfo(getattr(name, "filename", name)).file_size
        if self.opened > MAX_OPENED:
            raise swelling()
        return super().open(name, *args, **kwargs)


class BoundedReader(ExcelReader):  # type: ignore[misc]
    """Reads values only: no macros, no formulas, no links to other files; `wb` is the workbook after `read`."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file, read_only=True, keep_vba=False, data_only=True, keep_links=False)
        self.archive = BoundedArchive(file)

    def read_strings(self) -> None:
        """Shared strings stay in memory as long as the workbook is open."""
        part = self.package.find(SHARED_STRINGS)
        if part is not None and not self._is_bounded(part.PartName[1:]):
            raise swelling()
        super().read_strings()

    def _is_bounded(self, name: str) -> bool:
        if self.archive.getinfo(name).file_size > MAX_STRINGS:
            return False
        with self.archive.open(name) as part:
            return sum(chunk.count(b"<") for chunk in iter(lambda: part.read(2**16), b"")) <= MAX_TAGS


def swelling() -> TooMuch:
    """The refusal of a workbook that is a bomb, or might as well be one."""
    return TooMuch(message("The workbook unpacks to far more than its size."))
