# METADATA
# title: Volume Size Limit
# custom:
#   type: resource
#   enforcement_mode: block
package novacron.volume_size_limit

default limit := 4096

limit := 1024 if input.resource.volume_type == "nvme"

deny contains {"field": "size_gb", "msg": message} if {
	input.action in {"create_volume", "update_volume"}
	input.resource.size_gb > limit
	message := sprintf("%d GB are more than the %d GB of this class", [input.resource.size_gb, limit])
}
