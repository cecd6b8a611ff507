package novacron.private_ranges_only_test

import data.novacron.private_ranges_only as policy

ask(cidr) := {"action": "create_network", "resource": {"cidr": cidr}}

test_private if {
	every cidr in ["10.1.0.0/16", "192.168.7.0/24", "100.64.0.0/12"] {
		count(policy.deny) == 0 with input as ask(cidr)
	}
}

test_public if {
	every cidr in ["8.8.8.0/24", "172.32.0.0/16", "10.0.0.0/7"] {
		count(policy.deny) == 1 with input as ask(cidr)
	}
}
