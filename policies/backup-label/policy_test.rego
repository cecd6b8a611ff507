package novacron.backup_label_test

import data.novacron.backup_label as policy

ask(labels) := {
	"action": "create_vm",
	"resource": {"metadata": object.union({"environment": "production"}, labels)},
}

test_daily if count(policy.deny) == 0 with input as ask({"backup": "daily"})

test_nothing_said if count(policy.deny) == 1 with input as ask({})

test_none_without_a_reason if count(policy.deny) == 1 with input as ask({"backup": "none"})

test_none_with_a_reason if {
	count(policy.deny) == 0 with input as ask({"backup": "none", "backup_reason": "stateless"})
}

test_elsewhere if count(policy.deny) == 0 with input as ask({"environment": "test"})
