"""The generator of a multilingual news site. One module is one stage; the order of the stages stands in tests/test_packaging.py."""

__version__ = "0.1.0"
