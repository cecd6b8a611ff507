# METADATA
# title: Reserved Ranges
# custom:
#   type: network
#   enforcement_mode: block
package novacron.reserved_ranges

# Keep this table with your address plan.
reserved := {
	"10.0.0.0/20": "management",
	"10.255.0.0/16": "the offices",
}

deny contains {"field": "cidr", "msg": message} if {
	input.action == "create_network"
	some range, owner in reserved
	net.cidr_intersects(range, input.resource.cidr)
	message := sprintf("%s meets %s, which is for %s", [input.resource.cidr, range, owner])
}
