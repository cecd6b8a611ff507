package novacron.production_by_admins_test

import data.novacron.production_by_admins as policy

ask(role, before, after) := {
	"subject": {"role": role},
	"resource": {"metadata": {"environment": after}},
	"before": {"metadata": {"environment": before}},
}

test_admins_change_production if policy.allow with input as ask("admin", "production", "production")

test_operators_do_not if not policy.allow with input as ask("operator", "test", "production")

test_an_operator_cannot_move_it_out_first if not policy.allow with input as ask("operator", "production", "test")

test_operators_change_the_rest if policy.allow with input as ask("operator", "test", "test")
