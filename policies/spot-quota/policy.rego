# METADATA
# title: Spot Quota
# custom:
#   type: resource
#   enforcement_mode: block
package novacron.spot_quota

cores_of_vm_max := 8

cores_of_group_max := 64

changes if input.action in {"create_vm", "update_vm", "create_vm_group", "update_vm_group"}

# A group names what its members are in `vm`, a VM is that itself.
wanted := object.get(input.resource, "vm", input.resource)

is_spot if {
	changes
	wanted.spot == true
}

deny contains {"field": "spot", "msg": message} if {
	is_spot
	wanted.metadata.environment == "production"
	message := "production VMs are not spot VMs: they may be taken away at any time"
}

deny contains {"field": "cpu_cores", "msg": message} if {
	is_spot
	wanted.cpu_cores > cores_of_vm_max
	message := sprintf("a spot VM has at most %d cores, and this one has %d", [cores_of_vm_max, wanted.cpu_cores])
}

deny contains {"field": "max_size", "msg": message} if {
	is_spot
	cores := input.resource.max_size * wanted.cpu_cores
	cores > cores_of_group_max
	message := sprintf("a group of spot VMs may grow to %d cores, and this one to %d", [cores_of_group_max, cores])
}
