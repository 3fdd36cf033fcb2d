"""Decide whether a diagnosis is proved, with a comparison that shares no code with the grader."""

from itertools import combinations, product

import numpy as np

#: Mistakes that say no more than for which sizes code is written.
OF_SIZES = {"KERNEL-CONSTANT", "LOOP-SQUARE", "SQUARE-K", "TILES-ONLY"}
FAMILY = {"TypeError", "ValueError", "RuntimeError", "IndexError", "AssertionError"}


def unproved(key, report, run):
    """Yield the diagnoses of a report that some case contradicts."""
    for diagnosis in report.diagnoses:
        for function in diagnosis.functions:
            forms = [
                mutant
                for mutant in key.mutants
                if mutant.function == function and sorted(mutant.codes) == sorted(diagnosis.codes)
            ]
            if forms and any(proves(form, diagnosis, key, run) for form in forms):
                continue
            if len(diagnosis.codes) < 3 or not proves_together(diagnosis.codes, function, key, run):
                yield diagnosis


def proves(form, diagnosis, key, run):
    """Return whether a form of a mistake explains what was computed, as the diagnosis claims."""
    matched, left_out, every, chain = 0, 0, diagnosis.kind == "exact", len(diagnosis.codes) > 1
    for case in filter(of_values, key.cases_of(form.function)):
        position = diagnosis.result
        expected, got, wrong = (
            of_result(outcome, position)
            for outcome in (case.expected, run.outcomes[case.id], form.outcomes[case.id])
        )
        right, explained = alike(expected, got), alike(wrong, got)
        raised = got.kind == "raised"
        refused = raised and (given_pair(case) or checked(got) or got.error.type == "TypeError")
        # How a window of a wrong size fails depends on the way it is summed.
        stopped = every and position is None and breaks_down(got) and not alike(expected, wrong)
        if explained or refused or stopped:
            pass
        elif every and raised:
            left_out += 1
        elif every or right or (chain and not given_pair(case)):
            return False
        by_stops = stopped and not right and diagnosis.codes[0] in OF_SIZES
        matched += (explained and not right and got.kind == "value") or by_stops
    # What stops a function otherwise is told beside the mistake, if enough cases remain.
    return matched >= (1 if every else 3) and 0.4 * left_out <= 0.6 * matched


def proves_together(codes, function, key, run):
    """Return whether forms of these mistakes explain each case in which at most two are wrong."""
    ours = [mutant for mutant in key.mutants if mutant.function == function]
    singles = [[m for m in ours if m.codes == (code,)] for code in codes]
    pairs = {
        frozenset(two): [m for m in ours if len(m.codes) == 2 and {*m.codes} == {*two}]
        for two in combinations(codes, 2)
    }
    return any(
        all(
            explained_by(forms, pairs, case, run.outcomes[case.id])
            for case in filter(of_values, key.cases_of(function))
        )
        for forms in product(*singles)
    )


def explained_by(forms, pairs, case, got):
    """Return whether mistakes that are all right, alone wrong, or two wrong explain an answer."""
    wrong = [form for form in forms if not alike(case.expected, form.outcomes[case.id])]
    if len(wrong) > 2 or (wrong and breaks_down(got)):
        return not alike(case.expected, got)
    if not wrong:
        return alike(case.expected, got) or (given_pair(case) and got.kind == "raised")
    if len(wrong) == 2:
        wrong = pairs[frozenset(form.codes[0] for form in wrong)]
    return any(alike(form.outcomes[case.id], got) for form in wrong)


def checked(got):
    """Return whether a `raise` or `assert` of the submission's own stopped it."""
    return got.error.text.split()[:1] in (["raise"], ["assert"])


def breaks_down(got):
    """Return whether an outcome is an exception of sizes, or an array without elements."""
    if got.kind == "raised":
        return bool(FAMILY & {got.error.type, *got.error.bases})
    return got.kind == "value" and isinstance(got.value, np.ndarray) and not got.value.size


def given_pair(case):
    """Return whether a case gives a pair, which a function for ints only may refuse."""
    pairs = (value for value in case.arguments.values() if isinstance(value, tuple))
    return any(len(pair) == 2 and all(type(item) is int for item in pair) for pair in pairs)


def of_values(case):
    """Return whether a case can prove anything: it has an answer, and its input has elements."""
    arrays = [value for value in case.arguments.values() if isinstance(value, np.ndarray)]
    return case.expected.kind == "value" and all(array.size for array in arrays)


def of_result(outcome, position):
    """Return one result of several as an outcome of its own."""
    if position is None or outcome.kind != "value":
        return outcome
    return outcome._replace(value=outcome.value[position])


def alike(one, other):
    """Return whether two outcomes have the same numbers or related exceptions."""
    if one.kind == other.kind == "raised":
        return one.error.type == other.error.type or all(
            FAMILY & {each.error.type, *each.error.bases} for each in (one, other)
        )
    return one.kind == other.kind == "value" and same(one.value, other.value)


def same(one, other):
    """Return whether two values hold the same numbers in the same shape."""
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(same(one[name], other[name]) for name in one)
        )
    if isinstance(one, (list, tuple)) and any(isinstance(item, (list, tuple)) for item in one):
        one, other = items(one), items(other)
    if isinstance(one, tuple) or (isinstance(one, list) and holds_arrays(one)):
        return (
            isinstance(other, (list, tuple))
            and len(one) == len(other)
            and all(map(same, one, other))
        )
    if one is None or isinstance(one, str):
        return one == other
    try:
        one, other = np.asarray(one), np.asarray(other)
    except ValueError:  # rows of different lengths
        return False
    return one.shape == other.shape and other.dtype.kind in "iufb" and near(one, other)


def items(value):
    """Return a sequence as a tuple, to be compared item by item."""
    return tuple(value) if isinstance(value, (list, tuple)) else value


def holds_arrays(values):
    """Return whether a list holds arrays, which may differ in shape."""
    return any(isinstance(value, np.ndarray) for value in values)


def near(one, other):
    """Return whether arrays of one shape are equal: exactly for whole numbers."""
    if one.dtype.kind in "iub":
        return np.array_equal(one, other)
    scale = max(1.0, float(np.max(np.abs(one[np.isfinite(one)]), initial=0)))
    return np.allclose(one, other, rtol=1e-3, atol=1e-3 * scale, equal_nan=True)
