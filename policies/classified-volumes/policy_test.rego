package novacron.classified_volumes_test

import data.novacron.classified_volumes as policy

ask(name) := {"action": "create_volume", "resource": {"name": name}}

test_classified if count(policy.deny) == 0 with input as ask("orders-confidential")

test_not_classified if count(policy.deny) == 1 with input as ask("orders")
