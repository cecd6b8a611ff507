package novacron.protected_resources_test

import data.novacron.protected_resources as policy

ask(action, label) := {
	"action": action,
	"resource": {"name": "db-01", "metadata": {"protected": label}},
}

test_protected if {
	policy.deny == {"db-01 is protected: set its label protected to false first"} with input as ask("delete_vm", "true")
}

test_not_protected if count(policy.deny) == 0 with input as ask("delete_vm", "false")

test_it_can_be_changed if count(policy.deny) == 0 with input as ask("update_vm", "true")
