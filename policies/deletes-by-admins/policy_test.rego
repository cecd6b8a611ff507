package novacron.deletes_by_admins_test

import data.novacron.deletes_by_admins as policy

test_admins_delete if policy.allow with input as {"action": "delete_vm", "subject": {"role": "admin"}}

test_operators_do_not_delete if {
	not policy.allow with input as {"action": "delete_volume", "subject": {"role": "operator"}}
}

test_operators_create if {
	policy.allow with input as {"action": "create_vm", "subject": {"role": "operator"}}
}
