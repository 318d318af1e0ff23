"""Strangers' bytes are read here: in a process of its own, which may die and harms nobody.

What it promises. A job (a function of ours that reads files) runs in a process that is started for
it alone: with a limit on its memory, its processor time and its answer, without files to open or to
write, without network, other processes, environment or rights, as far as the system can take them
away. What comes back are plain values of JSON and plain arrays, checked on arrival: nothing that
could be executed. A crash, a signal or a limit that was reached is told as `ReadingEnded` with the
true reason. The process ends with its job, when whoever asked gives up, and with its starter.

    process.py      the side of whoever asks: `Reader.read`
    places.py       how many readers there are at a time
    launching.py    starts the template, and has it fork a reader
    template.py     a small process that has everything imported, and forks a reader for each job
    job.py          the side of the reader: what a job sees
    confinement.py  what a reader may not do
    syscalls.py     the calls of the system that are left to it, on Linux
    wire.py         the format in which words and arrays travel
"""
