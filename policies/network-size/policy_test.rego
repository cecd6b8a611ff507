package novacron.network_size_test

import data.novacron.network_size as policy

ask(cidr) := {"action": "create_network", "resource": {"cidr": cidr}}

test_sizes_that_fit if {
	count(policy.deny) == 0 with input as ask("10.0.0.0/16")
	count(policy.deny) == 0 with input as ask("10.0.0.0/28")
}

test_too_large if count(policy.deny) == 1 with input as ask("10.0.0.0/15")

test_too_small if count(policy.deny) == 1 with input as ask("10.0.0.0/29")
