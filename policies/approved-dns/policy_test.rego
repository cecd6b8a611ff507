package novacron.approved_dns_test

import data.novacron.approved_dns as policy

ask(servers) := {"action": "create_network", "resource": {"dns_servers": servers}}

test_our_own if count(policy.deny) == 0 with input as ask(["10.0.0.53", "10.0.1.53"])

test_none if count(policy.deny) == 0 with input as ask(null)

test_a_strangers if count(policy.deny) == 1 with input as ask(["10.0.0.53", "8.8.8.8"])
