package novacron.required_labels_test

import data.novacron.required_labels as policy

ask(labels) := {"action": "create_vm", "resource": {"metadata": labels}}

messages contains entry.msg if some entry in policy.deny

test_both_are_there if messages == set() with input as ask({"owner": "ann", "environment": "test"})

test_none_is_there if {
	messages == {
		"the label owner is missing",
		"the label environment is missing",
	} with input as ask({})
}

test_no_labels_at_all if count(messages) == 2 with input as {"action": "create_vm", "resource": {}}

test_an_unknown_environment if {
	messages == {"the environment is one of development, production, staging, test, not prod"} with input as ask({
		"owner": "ann",
		"environment": "prod",
	})
}
