# METADATA
# title: Confidential Volumes Stay Where They Are
# custom:
#   type: data-governance
#   enforcement_mode: block
package novacron.confidential_stays_attached

deny contains {"field": "attached_to", "msg": message} if {
	input.action == "update_volume"
	endswith(input.resource.name, "-confidential")
	is_string(input.before.attached_to)
	is_string(input.resource.attached_to)
	input.before.attached_to != input.resource.attached_to
	message := "detach a confidential volume first, then attach it to the other VM"
}
