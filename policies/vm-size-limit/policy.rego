# METADATA
# title: VM Size Limit
# custom:
#   type: resource
#   enforcement_mode: block
package novacron.vm_size_limit

cores_max := 32

memory_gb_max := 256

changes if input.action in {"create_vm", "update_vm"}

deny contains {"field": "cpu_cores", "msg": message} if {
	changes
	input.resource.cpu_cores > cores_max
	message := sprintf("%d cores are more than %d", [input.resource.cpu_cores, cores_max])
}

deny contains {"field": "memory_gb", "msg": message} if {
	changes
	input.resource.memory_gb > memory_gb_max
	message := sprintf("%v GB of memory are more than %d", [input.resource.memory_gb, memory_gb_max])
}
