# METADATA
# title: Private Ranges Only
# custom:
#   type: network
#   enforcement_mode: block
package novacron.private_ranges_only

private := ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]

contained if {
	some range in private
	net.cidr_contains(range, input.resource.cidr)
}

deny contains {"field": "cidr", "msg": message} if {
	input.action == "create_network"
	not contained
	message := sprintf("%s is in none of the private ranges %s", [input.resource.cidr, concat(", ", private)])
}
