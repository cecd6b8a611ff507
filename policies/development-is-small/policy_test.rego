package novacron.development_is_small_test

import data.novacron.development_is_small as policy

ask(environment, cores) := {
	"action": "create_vm",
	"resource": {
		"cpu_cores": cores,
		"memory_gb": 16,
		"disk_gb": 100,
		"metadata": {"environment": environment},
	},
}

test_small if count(policy.deny) == 0 with input as ask("development", 4)

test_large if {
	some entry in policy.deny with input as ask("development", 8)
	entry == {"field": "cpu_cores", "msg": "cpu_cores is 8; in development it is at most 4"}
}

test_elsewhere if count(policy.deny) == 0 with input as ask("production", 8)
