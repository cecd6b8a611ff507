package novacron.volume_size_limit_test

import data.novacron.volume_size_limit as policy

ask(class, size) := {"action": "create_volume", "resource": {"volume_type": class, "size_gb": size}}

test_the_largest if {
	count(policy.deny) == 0 with input as ask("ssd", 4096)
	count(policy.deny) == 0 with input as ask("nvme", 1024)
}

test_more if {
	count(policy.deny) == 1 with input as ask("ssd", 4097)
	count(policy.deny) == 1 with input as ask("nvme", 1025)
}
