"""Values in, values out: no Git, no DVC, no terminal, no clock.

    ports.Tree -> document -> manifest -> registry -> graph
    registry x registry -> diff (facts) -> plmctl.rules (judgements) -> version -> plan -> lock
"""
