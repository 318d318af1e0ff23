"""Training and calls: in this process, or in worker processes through Dask."""
