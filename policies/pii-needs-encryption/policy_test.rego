package novacron.pii_needs_encryption_test

import data.novacron.pii_needs_encryption as policy

ask(labels) := {"action": "create_vm", "resource": {"metadata": object.union({"data": "pii"}, labels)}}

test_encrypted if count(policy.deny) == 0 with input as ask({"encryption": "luks"})

test_not_encrypted if {
	count(policy.deny) == 1 with input as ask({})
	count(policy.deny) == 1 with input as ask({"encryption": "none"})
}

test_other_data if count(policy.deny) == 0 with input as ask({"data": "public"})
