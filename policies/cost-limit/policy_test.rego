package novacron.cost_limit_test

import data.novacron.cost_limit as policy

ask(action, cost) := {"action": action, "resource": {"name": "web"}, "context": {"cost": cost}}

eur(after, most) := {
	"currency": "EUR",
	"per_hour_before": 0,
	"per_hour_after": after,
	"per_hour_max": most,
}

messages contains entry.msg if some entry in policy.deny

unknown := "what it costs is not known; name the node or the zone, or ask for a price list"

test_a_small_vm_is_allowed if messages == set() with input as ask("create_vm", eur(2, null))

test_an_expensive_vm_is_not if {
	messages == {"it costs up to 2.5 EUR per hour, which is more than 2"} with input as ask("update_vm", eur(2.5, null))
}

test_a_group_counts_with_its_largest_size if {
	messages == {"it costs up to 8 EUR per hour, which is more than 2"} with input as ask("create_vm_group", eur(1, 8))
}

test_a_cost_that_is_not_known_does_not_pass if {
	messages == {unknown} with input as ask("create_vm", null)
	messages == {unknown} with input as ask("create_vm", eur(null, null))
}

test_it_can_be_deleted if messages == set() with input as ask("delete_vm", null)
