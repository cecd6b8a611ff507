# METADATA
# title: Two DNS Servers In Production
# custom:
#   type: network
#   enforcement_mode: warn
package novacron.dns_in_production

servers := input.resource.dns_servers if is_array(input.resource.dns_servers)

default servers := []

deny contains {"field": "dns_servers", "msg": message} if {
	input.action in {"create_network", "update_network"}
	startswith(input.resource.name, "production")
	count(servers) < 2
	message := "a production network needs two DNS servers"
}
