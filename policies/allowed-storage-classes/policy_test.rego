package novacron.allowed_storage_classes_test

import data.novacron.allowed_storage_classes as policy

ask(name, class) := {"action": "create_volume", "resource": {"name": name, "volume_type": class}}

test_databases_are_fast if count(policy.deny) == 0 with input as ask("db-orders", "nvme")

test_others_are_not if count(policy.deny) == 1 with input as ask("web-logs", "nvme")

test_others_take_ssd if count(policy.deny) == 0 with input as ask("web-logs", "ssd")
