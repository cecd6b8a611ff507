# METADATA
# title: Network Size
# custom:
#   type: network
#   enforcement_mode: block
package novacron.network_size

prefix := to_number(split(input.resource.cidr, "/")[1]) if input.action == "create_network"

deny contains {"field": "cidr", "msg": message} if {
	prefix < 16
	message := sprintf("a /%d takes too much of the address plan; at most a /16", [prefix])
}

deny contains {"field": "cidr", "msg": message} if {
	prefix > 28
	message := sprintf("a /%d is full at once; at least a /28", [prefix])
}
