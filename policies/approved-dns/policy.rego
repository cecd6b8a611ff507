# METADATA
# title: Approved DNS Servers
# custom:
#   type: network
#   enforcement_mode: block
package novacron.approved_dns

# Keep this list with the resolvers that you run.
approved := {"10.0.0.53", "10.0.1.53"}

deny contains {"field": "dns_servers", "msg": message} if {
	input.action in {"create_network", "update_network"}
	some server in input.resource.dns_servers
	not server in approved
	message := sprintf("%s is not one of the approved resolvers %s", [server, concat(" and ", approved)])
}
