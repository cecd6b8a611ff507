package novacron.policies_by_admins_test

import data.novacron.policies_by_admins as policy

ask(role, type) := {"subject": {"role": role}, "resource": {"type": type}}

test_admins_change_policies if policy.allow with input as ask("admin", "policy")

test_operators_do_not if {
	not policy.allow with input as ask("operator", "policy")
	not policy.allow with input as ask("operator", "api_key")
}

test_operators_change_vms if policy.allow with input as ask("operator", "vm")
