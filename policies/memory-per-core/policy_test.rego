package novacron.memory_per_core_test

import data.novacron.memory_per_core as policy

ask(cores, memory) := {"action": "create_vm", "resource": {"cpu_cores": cores, "memory_gb": memory}}

messages contains entry.msg if some entry in policy.deny

test_a_usual_one if messages == set() with input as ask(4, 32)

test_too_little if messages == {"0.5 GB a core is less than 1: take fewer cores"} with input as ask(16, 8)

test_too_much if messages == {"32 GB a core is more than 16: take more cores"} with input as ask(4, 128)
