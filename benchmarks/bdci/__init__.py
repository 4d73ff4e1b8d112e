"""The models measured on real, labelled registration data (BDCI 2020, see docs/model.md): read through our own intake, cross-validated side by side.

The data are not ours to publish: they are read from a folder given on the command line, and only figures about all of them together are printed.
"""
