package novacron.dns_in_production_test

import data.novacron.dns_in_production as policy

ask(name, servers) := {"action": "create_network", "resource": {"name": name, "dns_servers": servers}}

test_two if count(policy.deny) == 0 with input as ask("production-web", ["10.0.0.53", "10.0.1.53"])

test_one if count(policy.deny) == 1 with input as ask("production-web", ["10.0.0.53"])

test_none if count(policy.deny) == 1 with input as ask("production-web", null)

test_elsewhere if count(policy.deny) == 0 with input as ask("test-web", null)
