"""What scripts/bench.py is made of: a generated corpus of any size, and the measuring of builds as whole processes.

`corpus` and what it imports run in the environment that has newsroom installed; `processes` and `changes` need the standard
library only.
"""
