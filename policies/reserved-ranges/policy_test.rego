package novacron.reserved_ranges_test

import data.novacron.reserved_ranges as policy

ask(cidr) := {"action": "create_network", "resource": {"cidr": cidr}}

test_free if count(policy.deny) == 0 with input as ask("10.1.0.0/16")

test_inside if count(policy.deny) == 1 with input as ask("10.255.7.0/24")

test_around if count(policy.deny) == 1 with input as ask("10.0.0.0/16")
