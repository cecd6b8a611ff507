package novacron.databases_not_on_public_networks_test

import data.novacron.databases_not_on_public_networks as policy

ask(labels, network) := {
	"action": "create_vm",
	"resource": {"metadata": object.union({"tier": "db"}, labels), "network_id": network},
}

messages contains entry.msg if some entry in policy.deny

test_private if messages == set() with input as ask({"exposure": "private"}, "net_1")

test_public if messages == {"a database is not on a public network"} with input as ask({"exposure": "public"}, "net_1")

test_not_said if count(messages) == 1 with input as ask({}, "net_1")

test_no_network if count(messages) == 1 with input as ask({"exposure": "private"}, null)

test_the_web_is_public if messages == set() with input as ask({"tier": "web", "exposure": "public"}, null)
