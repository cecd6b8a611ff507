# METADATA
# title: Memory Per Core
# custom:
#   type: resource
#   enforcement_mode: warn
package novacron.memory_per_core

gb_per_core_min := 1

gb_per_core_max := 16

ratio := input.resource.memory_gb / input.resource.cpu_cores if input.action in {"create_vm", "update_vm"}

deny contains {"field": "memory_gb", "msg": message} if {
	ratio < gb_per_core_min
	message := sprintf("%v GB a core is less than %d: take fewer cores", [ratio, gb_per_core_min])
}

deny contains {"field": "memory_gb", "msg": message} if {
	ratio > gb_per_core_max
	message := sprintf("%v GB a core is more than %d: take more cores", [ratio, gb_per_core_max])
}
