"""The room of data: hashed and read here without DVC, which is run for what moves.

Pointers are read in `plmctl.core.pointer`, listings in `plmctl.core.inventory`.
"""
