"""The room where DVC is run: pull, push and status. Pointers are read in `plmctl.core.pointer`, without DVC."""
