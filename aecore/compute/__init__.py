"""Where it happens: in this process, or in worker processes through Dask."""
