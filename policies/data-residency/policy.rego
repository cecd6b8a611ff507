# METADATA
# title: Data Residency
# custom:
#   type: data-governance
#   enforcement_mode: block
package novacron.data_residency

# Keep this table with the zones of your fleet.
zones := {"eu": {"zone-a", "zone-b"}, "ch": {"zone-c"}}

region := input.resource.metadata.data_residency if input.action in {"create_vm", "update_vm"}

allowed if input.resource.placement.zone in zones[region]

deny contains {"field": "placement.zone", "msg": message} if {
	zones[region]
	not allowed
	message := sprintf("data of %s stays in %s: pin the VM to one of them", [region, concat(" or ", zones[region])])
}

deny contains {"field": "metadata.data_residency", "msg": message} if {
	not zones[region]
	message := sprintf("%s is not a region of the list %s", [region, concat(", ", object.keys(zones))])
}
