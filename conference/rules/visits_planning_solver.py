"""How the solver is asked: always with the same seed, by one worker (two would race), within limits of time and memory.

CP-SAT is loaded when a question first needs it: it costs a second and some 90 MB, which most requests should not pay.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, CpSolver, LinearExprT

_SEED, _WORKERS, _MEGABYTES = 20230719, 1, 3_000


def model() -> CpModel:
    """An empty model."""
    from ortools.sat.python import cp_model

    return cp_model.CpModel()


def total(terms: Sequence[LinearExprT]) -> LinearExprT:
    """Their sum."""
    from ortools.sat.python import cp_model

    return cp_model.LinearExpr.sum(terms)


def solve(asked: CpModel, until: float, effort: float, *, linear: bool = False) -> tuple[bool | None, bool, CpSolver]:
    """Ask until the monotonic clock reads `until` or so much effort was made: whether there is a solution (None: not
    found out), whether it is proved to be the best one, and the solver that holds its values. Effort is counted, not
    timed (a unit is two seconds of work or so), so that a machine which has the time answers the same every time.
    `linear` leans on linear programs and their symmetry, which sees at once where counts do not add up.
    """
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    seconds = until - monotonic()
    if seconds <= 0:
        return None, False, solver
    parameters = solver.parameters
    parameters.random_seed = _SEED
    parameters.num_workers = _WORKERS
    parameters.max_deterministic_time = effort
    if linear:
        parameters.linearization_level = 2
        parameters.use_symmetry_in_lp = True
    parameters.max_time_in_seconds = seconds
    parameters.max_memory_in_mb = _MEGABYTES
    status = solver.solve(asked)
    if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return True, status == cp_model.OPTIMAL, solver
    return (False if status == cp_model.INFEASIBLE else None), False, solver
