"""Suggesting for thousands of articles: in pieces, on many cores or machines, and on from where it stopped.

Articles are gathered into shards (`plan`); each is worked on by a function that needs nothing but what it is
given (`work`), in this process, in several (`processes`) or on a Dask cluster (`cluster`); what comes of it
goes into the store, a file of JSON lines or a folder of shards (`outlets`, `journal`, `shards`).
"""
