"""What an attack on published pages has found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that can be known and should not be.

    check      : which attack found it, such as "hidden count derived".
    page       : path inside the publication, and the table's id where there is one.
    says       : what can be known and what to do; never a name or an identity number.
    derivation : how, for the researcher, such as "women 9 - 5 - 2 = 2".
    """

    check: str
    page: str
    says: str
    derivation: str = ""

    def __str__(self) -> str:
        """Return the finding as sentences."""
        how = f" ({self.derivation})" if self.derivation else ""
        return f"{self.page}: {self.check}: {self.says}{how}"
