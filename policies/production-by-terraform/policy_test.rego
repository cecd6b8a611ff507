package novacron.production_by_terraform_test

import data.novacron.production_by_terraform as policy

ask(role, client, environment) := {
	"subject": {"role": role},
	"context": {"client": client},
	"resource": {"metadata": {"environment": environment}},
}

test_terraform_changes_production if policy.allow with input as ask("operator", "terraform", "production")

test_a_shell_does_not if not policy.allow with input as ask("operator", "cli", "production")

test_admins_act_in_an_emergency if policy.allow with input as ask("admin", "cli", "production")

test_the_rest_is_free if policy.allow with input as ask("operator", "cli", "test")
