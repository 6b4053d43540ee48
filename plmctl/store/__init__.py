"""The room where DVC is run: pull, push, status. Pointers are read in `plmctl.core.pointer`."""
