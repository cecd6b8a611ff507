package novacron.volumes_only_grow_in_steps_test

import data.novacron.volumes_only_grow_in_steps as policy

ask(before, after) := {
	"action": "update_volume",
	"before": {"size_gb": before},
	"resource": {"size_gb": after},
}

test_twice if count(policy.deny) == 0 with input as ask(100, 200)

test_ten_times if count(policy.deny) == 1 with input as ask(100, 1000)
