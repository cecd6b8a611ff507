package novacron.naming_convention_test

import data.novacron.naming_convention as policy

ask(name) := {"action": "create_vm", "resource": {"name": name}}

test_good_names if {
	every name in ["web-01", "shop-web-01", "db-003"] {
		count(policy.deny) == 0 with input as ask(name)
	}
}

test_bad_names if {
	every name in ["web", "Web-01", "web-1", "my_vm-01"] {
		count(policy.deny) == 1 with input as ask(name)
	}
}
