# METADATA
# title: Databases Not On Public Networks
# custom:
#   type: security
#   enforcement_mode: block
package novacron.databases_not_on_public_networks

database if {
	input.action in {"create_vm", "update_vm"}
	input.resource.metadata.tier == "db"
}

deny contains {"field": "metadata.exposure", "msg": "a database is not on a public network"} if {
	database
	input.resource.metadata.exposure == "public"
}

deny contains {"field": "metadata.exposure", "msg": "say in the label exposure which network it is: private or internal"} if {
	database
	not input.resource.metadata.exposure
}

deny contains {"field": "network_id", "msg": "a database has a network of its own choice, not none"} if {
	database
	input.resource.network_id == null
}
