"""The room of what is known already: of a blob, and of a file by its stat.

`place` says where it lies and whether it is wanted, `file` is the Cache of one repository.
"""
