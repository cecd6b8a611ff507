package novacron.no_admin_keys_for_pipelines_test

import data.novacron.no_admin_keys_for_pipelines as policy

ask(name, role) := {"action": "create_api_key", "resource": {"name": name, "role": role}}

test_an_admin if count(policy.deny) == 1 with input as ask("ci-deploy", "admin")

test_an_operator if count(policy.deny) == 0 with input as ask("ci-deploy", "operator")

test_a_person if count(policy.deny) == 0 with input as ask("ann", "admin")
