package novacron.retention_of_snapshots_test

import data.novacron.retention_of_snapshots as policy

ask(name) := {"action": "delete_snapshot", "resource": {"name": name}}

test_kept if count(policy.deny) == 1 with input as ask("legal-case-7")

test_others if count(policy.deny) == 0 with input as ask("before-upgrade")
