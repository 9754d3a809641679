"""Results that a cell of a notebook shows as their answer in words."""

import html
from abc import ABC, abstractmethod


class Told(ABC):
    """A result whose text and HTML are its summary."""

    @abstractmethod
    def summary(self) -> str:
        """The answer in words."""

    def __repr__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        return "<br>".join(html.escape(self.summary(), quote=False).splitlines())
