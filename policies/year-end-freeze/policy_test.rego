package novacron.year_end_freeze_test

import data.novacron.year_end_freeze as policy

ask(at) := {
	"resource": {"metadata": {"environment": "production"}},
	"context": {"time": at},
}

test_before if count(policy.deny) == 0 with input as ask("2026-12-14T23:59:59Z")

test_within if {
	count(policy.deny) == 1 with input as ask("2026-12-15T00:00:00Z")
	count(policy.deny) == 1 with input as ask("2027-01-05T23:00:00Z")
}

test_after if count(policy.deny) == 0 with input as ask("2027-01-06T00:00:00Z")
