package novacron_test

import data.novacron

test_admins_do_everything {
	novacron.allow with input as {"subject": {"role": "admin"}, "action": "delete_vm"}
}

test_operators_look {
	novacron.allow with input as {"subject": {"role": "operator"}, "action": "read"}
	not novacron.allow with input as {"subject": {"role": "operator"}, "action": "create_vm"}
}

test_other_roles_are_denied {
	not novacron.allow with input as {"subject": {"role": "viewer"}, "action": "read"}
}
