"""Processes that begin where the imports end: forked from a server that has read our modules and opened nothing.

Reading them and making the first application takes longer than most of what such a process is there for. Each makes an
application, connections and an end of its own, as one that was started from nothing does.
"""

from __future__ import annotations

import multiprocessing

# One server a worker, so that what it reads beforehand is named once for all who fork from it.
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(
    [
        "tests.warmed",
        "tests.cli.commands",
        "tests.races.crowd",
        "tests.races.deeds",
        "tests.races.screen_deeds",
        "tests.races.mailboxes",
    ]
)
