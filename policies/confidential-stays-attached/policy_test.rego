package novacron.confidential_stays_attached_test

import data.novacron.confidential_stays_attached as policy

ask(before, after) := {
	"action": "update_volume",
	"before": {"attached_to": before},
	"resource": {"name": "orders-confidential", "attached_to": after},
}

test_detached_first if {
	count(policy.deny) == 0 with input as ask("vm_1", null)
	count(policy.deny) == 0 with input as ask(null, "vm_2")
}

test_moved_at_once if count(policy.deny) == 1 with input as ask("vm_1", "vm_2")
