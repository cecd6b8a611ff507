package novacron.production_spread_test

import data.novacron.production_spread as policy

ask(group, placement) := {
	"action": "create_vm",
	"resource": {
		"metadata": {"environment": "production", "tier": "web"},
		"anti_affinity": group,
		"placement": placement,
	},
}

test_a_group if count(policy.deny) == 0 with input as ask("web", null)

test_a_spread if count(policy.deny) == 0 with input as ask(null, {"spread_domain": "rack"})

test_a_rule if count(policy.deny) == 0 with input as ask(null, {"anti_affinity": [{"vm": "db-01"}]})

test_none if count(policy.deny) == 1 with input as ask(null, null)

test_elsewhere if count(policy.deny) == 0 with input as {"action": "create_vm", "resource": {"metadata": {}}}
