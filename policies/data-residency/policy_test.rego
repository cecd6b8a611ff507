package novacron.data_residency_test

import data.novacron.data_residency as policy

ask(region, zone) := {
	"action": "create_vm",
	"resource": {"metadata": {"data_residency": region}, "placement": {"zone": zone}},
}

messages contains entry.msg if some entry in policy.deny

test_in_its_region if messages == set() with input as ask("eu", "zone-b")

test_elsewhere if messages == {"data of eu stays in zone-a or zone-b: pin the VM to one of them"} with input as ask("eu", "zone-c")

test_anywhere if count(messages) == 1 with input as ask("ch", null)

test_an_unknown_region if messages == {"mars is not a region of the list ch, eu"} with input as ask("mars", null)

test_nothing_said if messages == set() with input as {"action": "create_vm", "resource": {"metadata": {}}}
