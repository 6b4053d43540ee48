"""The warm process: `python -m tests.faults.warm LIBRARY FOLDER`."""

from tests.faults.commands import run_case
from tests.faults.tracer import serve

serve(run_case)
