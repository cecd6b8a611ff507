package novacron.change_ticket_test

import data.novacron.change_ticket as policy

ask(before, after) := {
	"action": "update_vm",
	"before": {"metadata": {"ticket": before}},
	"resource": {"metadata": {"environment": "production", "ticket": after}},
}

test_a_new_ticket if count(policy.deny) == 0 with input as ask("OPS-1", "OPS-2")

test_no_ticket if count(policy.deny) == 1 with input as ask("OPS-1", "")

test_the_same_ticket if count(policy.deny) == 1 with input as ask("OPS-1", "OPS-1")

test_elsewhere if {
	count(policy.deny) == 0 with input as {"action": "create_vm", "resource": {"metadata": {}}}
}
