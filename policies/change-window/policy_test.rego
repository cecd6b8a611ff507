package novacron.change_window_test

import data.novacron.change_window as policy

ask(labels, at) := {
	"action": "update_vm",
	"resource": {"metadata": labels},
	"context": {"time": at},
}

production := {"environment": "production"}

test_on_a_tuesday_morning if count(policy.deny) == 0 with input as ask(production, "2026-11-17T09:30:00Z")

test_on_a_friday if count(policy.deny) == 1 with input as ask(production, "2026-11-20T09:30:00Z")

test_at_night if count(policy.deny) == 1 with input as ask(production, "2026-11-17T16:00:00Z")

test_in_an_emergency if {
	labels := object.union(production, {"change": "emergency"})
	count(policy.deny) == 0 with input as ask(labels, "2026-11-21T03:00:00Z")
}

test_elsewhere if count(policy.deny) == 0 with input as ask({}, "2026-11-21T03:00:00Z")
