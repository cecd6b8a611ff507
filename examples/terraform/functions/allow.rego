package novacron

default allow := true
