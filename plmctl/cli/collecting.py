"""When Python looks for cycles: seldom, and from the first import on."""

import gc

# A run is short, what it makes it keeps, and there are next to no cycles in that. Looking for them each 700
# objects takes a tenth of a short run; through 100,000 once takes as long as to read a hundred manifests.
BETWEEN_COLLECTIONS = 500_000

gc.set_threshold(BETWEEN_COLLECTIONS)
