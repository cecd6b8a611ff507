# METADATA
# title: Production Is Spread
# custom:
#   type: security
#   enforcement_mode: block
package novacron.production_spread

guarded if {
	input.action in {"create_vm", "update_vm"}
	input.resource.metadata.environment == "production"
	input.resource.metadata.tier
}

apart if is_string(input.resource.anti_affinity)

apart if is_string(input.resource.placement.spread_domain)

apart if count(input.resource.placement.anti_affinity) > 0

deny contains {"field": "anti_affinity", "msg": message} if {
	guarded
	not apart
	message := sprintf("production VMs of tier %s are kept apart: name a group in anti_affinity", [input.resource.metadata.tier])
}
