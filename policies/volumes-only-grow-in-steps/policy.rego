# METADATA
# title: Volumes Grow In Steps
# custom:
#   type: resource
#   enforcement_mode: warn
package novacron.volumes_only_grow_in_steps

deny contains {"field": "size_gb", "msg": message} if {
	input.action == "update_volume"
	input.resource.size_gb > input.before.size_gb * 2
	message := sprintf("from %d to %d GB is more than twice as large, and it cannot shrink again", [
		input.before.size_gb,
		input.resource.size_gb,
	])
}
