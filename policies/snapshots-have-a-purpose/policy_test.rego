package novacron.snapshots_have_a_purpose_test

import data.novacron.snapshots_have_a_purpose as policy

ask(description) := {"action": "create_snapshot", "resource": {"description": description}}

test_described if count(policy.deny) == 0 with input as ask("Before the upgrade to 2.0")

test_not_described if {
	count(policy.deny) == 1 with input as ask(null)
	count(policy.deny) == 1 with input as ask("tmp")
}
