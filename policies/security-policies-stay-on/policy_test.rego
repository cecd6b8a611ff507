package novacron.security_policies_stay_on_test

import data.novacron.security_policies_stay_on as policy

before := {"policy_type": "security", "enabled": true, "enforcement_mode": "block"}

ask(user, after) := {
	"action": "update_policy",
	"subject": {"user_id": user},
	"before": before,
	"resource": object.union(before, after),
}

test_switched_off if count(policy.deny) == 1 with input as ask("ann", {"enabled": false})

test_weakened if count(policy.deny) == 1 with input as ask("ann", {"enforcement_mode": "audit"})

test_changed_otherwise if count(policy.deny) == 0 with input as ask("ann", {"enforcement_mode": "warn"})

test_by_the_officer if count(policy.deny) == 0 with input as ask("security-officer", {"enabled": false})

test_deleted if {
	count(policy.deny) == 1 with input as {
		"action": "delete_policy",
		"subject": {"user_id": "ann"},
		"resource": before,
	}
}
