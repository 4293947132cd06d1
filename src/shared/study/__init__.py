"""A study: ``study.yml`` read into a frozen, checked ``Study``."""

from shared.study.load import load_study
from shared.study.settings import Mapping, Study

__all__ = ["Mapping", "Study", "load_study"]
