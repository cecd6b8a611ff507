# METADATA
# title: Allowed Storage Classes
# custom:
#   type: resource
#   enforcement_mode: block
package novacron.allowed_storage_classes

deny contains {"field": "type", "msg": message} if {
	input.action == "create_volume"
	input.resource.volume_type == "nvme"
	not startswith(input.resource.name, "db-")
	message := "the class nvme is for databases: name the volume db-…, or take ssd"
}
