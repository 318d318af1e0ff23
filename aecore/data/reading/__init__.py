"""Reads untrusted files in a process of its own, which may crash without harm.

Guarantees: a job (one of our functions that read files) runs in a process that is started for it
alone, with limits on its memory, processor time and answer, and without access to files, network,
other processes, environment or privileges, as far as the system can take them away. It returns
plain JSON values and plain arrays, checked on arrival: nothing that could be executed. A crash, a
signal or an exceeded limit raises `ReadingEnded` with the true reason. The process ends with its
job, when the caller gives up, and with the process that started it.

    process.py      the side of the caller: `Reader.read`
    places.py       the number of readers at a time
    launching.py    starts the template, which forks readers
    template.py     a small process with all imports, which forks a reader for each job
    job.py          the side of the reader: what a job sees
    confinement.py  what a reader may not do
    syscalls.py     the system calls that it may make, on Linux
    wire.py         the format of JSON and arrays between the processes
"""
