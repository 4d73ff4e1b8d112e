"""The sample months with one actor of every role, as the tests of rights have them."""

from tests.people.conftest import district, tipsters

__all__ = ["district", "tipsters"]
