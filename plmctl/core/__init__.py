"""Values in, values out: no Git, no DVC, no terminal, no clock.

A tree is read into documents, documents into manifests, these into a registry and its graph. Two registries
make facts (diff), which plmctl.rules judges; judgements make versions, a plan, and a lock.
"""
