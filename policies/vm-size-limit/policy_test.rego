package novacron.vm_size_limit_test

import data.novacron.vm_size_limit as policy

ask(action, cores, memory) := {
	"action": action,
	"resource": {"cpu_cores": cores, "memory_gb": memory},
}

messages contains entry.msg if some entry in policy.deny

test_the_largest_is_allowed if messages == set() with input as ask("create_vm", 32, 256)

test_more_is_not if {
	messages == {
		"33 cores are more than 32",
		"257 GB of memory are more than 256",
	} with input as ask("update_vm", 33, 257)
}

test_it_can_be_deleted if messages == set() with input as ask("delete_vm", 64, 512)
