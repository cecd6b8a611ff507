package novacron.personal_data_not_in_development_test

import data.novacron.personal_data_not_in_development as policy

ask(class, environment) := {
	"action": "create_vm",
	"resource": {"metadata": {"data": class, "environment": environment}},
}

test_in_development if count(policy.deny) == 1 with input as ask("pii", "development")

test_in_production if count(policy.deny) == 0 with input as ask("pii", "production")

test_other_data if count(policy.deny) == 0 with input as ask("public", "test")
