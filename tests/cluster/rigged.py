"""Define manipulated machines, as Python code that their worker runs first.

dask runs it once for a nanny and once for its worker, in one namespace.
"""

#: A submission with this line kills the worker that grades it, each time.
KILLER_LINE = "# kills its machine worker"

#: Dies from a batch with such a submission, as from a bug of the kernel or of a driver.
DIES = f"""
import os, signal
import learncnn.grader.cluster.machine_worker as machine_worker
def rigged(content, run_batch=machine_worker.run_batch):
    if {KILLER_LINE.encode()!r} in content:
        os.kill(os.getpid(), signal.SIGKILL)
    return run_batch(content)
machine_worker.run_batch = rigged
"""

#: Has another version of learncnn.
OTHER_VERSION = """
from learncnn.grader.cluster import record_document, task_document
record_document.VERSION = task_document.VERSION = "0.0.1"
"""

#: Runs on a kernel without Landlock.
NO_LANDLOCK = """
import errno
from learncnn.grader.sandbox.layers import landlock
def abi():
    raise OSError(errno.ENOSYS, "Function not implemented")
landlock.abi = abi
"""

#: Reports the second submission of each batch as right if the first one is.
MISJUDGES = """
import learncnn.grader.cluster.machine_worker as machine_worker
import msgspec
from learncnn.grader.cluster.record_document import RecordsDocument
from learncnn.grader.gradebook.records import document_of, encoded_document
replace = msgspec.structs.replace
def misjudge(content, run_batch=machine_worker.run_batch):
    document = msgspec.json.decode(run_batch(content), type=RecordsDocument)
    right, wrong, *others = sorted(document.records, key=lambda record: record.number)
    source_hash = document_of(wrong.report)["source_hash"]
    report = encoded_document({**document_of(right.report), "source_hash": source_hash})
    records = (right, replace(wrong, report=report), *others)
    return msgspec.json.encode(replace(document, records=records))
machine_worker.run_batch = misjudge
"""

#: Fails at every batch.
FAILS = """
import learncnn.grader.cluster.machine_worker as machine_worker
def fail(content):
    raise RuntimeError("out of order")
machine_worker.run_batch = fail
"""
