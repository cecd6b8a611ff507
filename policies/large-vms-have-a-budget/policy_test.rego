package novacron.large_vms_have_a_budget_test

import data.novacron.large_vms_have_a_budget as policy

ask(cores, labels) := {"action": "create_vm", "resource": {"cpu_cores": cores, "metadata": labels}}

test_a_small_one_needs_none if count(policy.deny) == 0 with input as ask(4, {})

test_a_large_one_has_it if count(policy.deny) == 0 with input as ask(16, {"cost_center": "IT-4711"})

test_a_large_one_without if count(policy.deny) == 1 with input as ask(16, {})

test_a_wrong_code if count(policy.deny) == 1 with input as ask(16, {"cost_center": "later"})
